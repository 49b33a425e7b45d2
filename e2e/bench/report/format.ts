const PERCENT = 100;

/** Three significant digits, without an exponent. */
export function formatValue(value: number | undefined): string {
  if (value === undefined) return '-';
  if (Number.isNaN(value)) return 'no data';
  if (Math.abs(value) >= 1000) return String(Math.round(value));
  return String(Number(value.toPrecision(3)));
}

/** `+-12%`: half of how far apart the rounds lie. */
export function formatSpread(share: number): string {
  return share === 0 || !Number.isFinite(share) ? '' : `+-${Math.round((share * PERCENT) / 2)}%`;
}
