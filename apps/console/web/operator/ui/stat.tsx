import type { ComponentChildren } from 'preact';

export interface StatProps {
  readonly label: string;
  readonly value: ComponentChildren;
  readonly unit?: string | undefined;
  readonly note?: string | undefined;
  readonly testId?: string;
}

/** One figure with its name. Goes into a `<dl class="stats">`. */
export function Stat({ label, value, unit, note, testId }: StatProps) {
  return (
    <div class="stat">
      <dt>{label}</dt>
      <dd class="stat-value" data-testid={testId}>
        {value}
        {unit !== undefined && <span class="stat-unit">{unit}</span>}
      </dd>
      {note !== undefined && <dd class="stat-note">{note}</dd>}
    </div>
  );
}
