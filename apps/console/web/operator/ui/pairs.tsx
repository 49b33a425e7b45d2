import type { ComponentChildren } from 'preact';

/** Names and their values, one line each. */
export function Pairs({ rows }: { readonly rows: readonly (readonly [label: string, value: ComponentChildren])[] }) {
  return (
    <dl class="pairs">
      {rows.map(([label, value]) => (
        <div key={label} class="pair">
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
