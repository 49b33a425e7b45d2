export interface MeterProps {
  readonly label: string;
  /** 0 to 1. */
  readonly ratio: number;
  readonly tone?: 'load' | 'drain';
  readonly text?: string;
}

/** A bar that is as full as something is. With tone `drain` it is the progress of what empties. */
export function Meter({ label, ratio, tone = 'load', text }: MeterProps) {
  const percent = Math.round(Math.min(1, Math.max(0, ratio)) * 100);
  const level = tone === 'drain' ? 'is-drain' : percent >= 90 ? 'is-full' : percent >= 75 ? 'is-high' : '';
  return (
    <div
      class={`meter ${level}`}
      role={tone === 'drain' ? 'progressbar' : 'meter'}
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      aria-valuetext={text}
    >
      <span class="meter-fill" style={{ width: `${percent}%` }} />
    </div>
  );
}
