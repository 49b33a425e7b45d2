/** Numbers and times as people read them, in one language. */
export interface Formats {
  /** 184213 -> 184,213 */
  readonly whole: (value: number) => string;
  /** 184213 -> 184.2K; below 10,000 with at most one decimal. */
  readonly short: (value: number) => string;
  /** 0.271 -> 27 % */
  readonly percent: (ratio: number) => string;
  /** Bytes in binary units. */
  readonly bytes: (value: number) => string;
  /** Milliseconds; from 10 s on in seconds. `null` is a dash. */
  readonly duration: (ms: number | null | undefined) => string;
  /** 23:59:59 */
  readonly clock: (at: number) => string;
  /** 23:59:59.123 */
  readonly clockMs: (at: number) => string;
  /** Date and time. */
  readonly moment: (at: number) => string;
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;
/** What is shown where there is no figure. */
export const DASH = '–';

export function createFormats(locale: string): Formats {
  const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  const one = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  const compact = new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 });
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 });
  const time = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' } as const;
  const clock = new Intl.DateTimeFormat(locale, time);
  const clockMs = new Intl.DateTimeFormat(locale, { ...time, fractionalSecondDigits: 3 });
  const moment = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short', hourCycle: 'h23' });

  return {
    whole: (value) => whole.format(value),
    short: (value) => (Math.abs(value) >= 10_000 ? compact.format(value) : decimals(value, one)),
    percent: (ratio) => percent.format(ratio),
    bytes(value) {
      const power = value < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log2(value) / 10));
      return `${decimals(value / 1024 ** power, one)} ${UNITS[power] ?? ''}`;
    },
    duration(ms) {
      if (ms === null || ms === undefined) return DASH;
      return Math.abs(ms) >= 10_000 ? `${decimals(ms / 1_000, one)} s` : `${decimals(ms, one)} ms`;
    },
    clock: (at) => clock.format(at),
    clockMs: (at) => clockMs.format(at),
    moment: (at) => moment.format(at),
  };
}

/** One decimal tells something of 3.4 and nothing of 212.4. */
function decimals(value: number, format: Intl.NumberFormat): string {
  return format.format(Math.abs(value) < 100 ? value : Math.round(value));
}
