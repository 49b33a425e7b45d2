interface Unit {
  readonly name: string;
  readonly factor: number;
}

const DURATION_UNITS: readonly Unit[] = [
  { name: 'd', factor: 86_400_000 },
  { name: 'h', factor: 3_600_000 },
  { name: 'm', factor: 60_000 },
  { name: 's', factor: 1_000 },
  { name: 'ms', factor: 1 },
];

const SIZE_UNITS: readonly Unit[] = [
  { name: 'GiB', factor: 1024 ** 3 },
  { name: 'MiB', factor: 1024 ** 2 },
  { name: 'KiB', factor: 1024 },
  { name: 'B', factor: 1 },
];

/** Reads `30s`, `200ms`, `1.5m`, `24h` as ms; `0` needs no unit. Undefined for everything else. */
export function parseDuration(text: string): number | undefined {
  return parseUnits(text, DURATION_UNITS);
}

/** Reads `64KiB`, `8MiB`, `512B` as bytes; `0` needs no unit. Undefined for everything else. */
export function parseSize(text: string): number | undefined {
  return parseUnits(text, SIZE_UNITS);
}

/** The shortest text that {@link parseDuration} reads back as `ms`. */
export function formatDuration(ms: number): string {
  return formatUnits(ms, DURATION_UNITS);
}

/** The shortest text that {@link parseSize} reads back as `bytes`. */
export function formatSize(bytes: number): string {
  return formatUnits(bytes, SIZE_UNITS);
}

function parseUnits(text: string, units: readonly Unit[]): number | undefined {
  if (text === '0') return 0;
  const match = /^(\d+(?:\.\d+)?)([A-Za-z]+)$/.exec(text);
  const unit = units.find(({ name }) => name === match?.[2]);
  if (match === null || unit === undefined) return undefined;
  const value = Number(match[1]) * unit.factor;
  return Number.isSafeInteger(value) ? value : undefined;
}

function formatUnits(value: number, units: readonly Unit[]): string {
  if (value === 0) return '0';
  const unit = units.find(({ factor }) => value % factor === 0);
  return unit === undefined ? String(value) : `${value / unit.factor}${unit.name}`;
}
