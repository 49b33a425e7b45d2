const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const tenth = new Intl.NumberFormat('en-US', { minimumFractionDigits: 1, maximumFractionDigits: 1 });

/** 12,345 */
export function count(value: number): string {
  return whole.format(value);
}

/** 12.3 */
export function rate(value: number): string {
  return tenth.format(value);
}

/** 31% */
export function percent(ratio: number): string {
  return `${whole.format(ratio * 100)}%`;
}

/** 14:05:09.123, of the clock on the wall here. */
export function timeOfDay(atMs: number): string {
  const at = new Date(atMs);
  const two = (value: number): string => String(value).padStart(2, '0');
  const clock = [at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(':');
  return `${clock}.${String(at.getMilliseconds()).padStart(3, '0')}`;
}

/** 2026-01-31 14:05 */
export function day(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 16).replace('T', ' ');
}

/** 850 ms, 12.3 s, 4 m 10 s */
export function span(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${tenth.format(ms / 1_000)} s`;
  return `${Math.floor(ms / 60_000)} m ${Math.floor((ms % 60_000) / 1_000)} s`;
}
