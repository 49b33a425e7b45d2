import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import type { Tier } from '../api/ask.ts';
import type { Polled } from '../state/polled.ts';
import { format, text } from '../text/text.ts';
import { FaultNote } from './fault-note.tsx';

export interface CardProps {
  readonly title: string;
  readonly aside?: ComponentChildren;
  readonly children: ComponentChildren;
  readonly class?: string;
  readonly testId?: string;
}

/** One part of a page under a title of its own. */
export function Card({ title, aside, children, class: extra = '', testId }: CardProps) {
  const id = useId();
  return (
    <section class={`card ${extra}`} aria-labelledby={id} data-testid={testId}>
      <header class="card-head">
        <h2 id={id}>{title}</h2>
        {aside !== undefined && <div class="card-aside">{aside}</div>}
      </header>
      {children}
    </section>
  );
}

export interface LoadedProps<T> {
  readonly polled: Polled<T>;
  readonly tier: Tier;
  readonly children: (data: T) => ComponentChildren;
  /** Rows of the skeleton while nothing is known. */
  readonly rows?: number;
}

/** What was loaded; before that a skeleton; the fault when there is one, above what was known last. */
export function Loaded<T>({ polled, tier, children, rows = 3 }: LoadedProps<T>) {
  const { data, fault, at, reload } = polled;
  return (
    <>
      {fault !== undefined && <FaultNote fault={fault} tier={tier} onRetry={reload} />}
      {fault !== undefined && data !== undefined && (
        <p class="stale-note">{text.value.state.stale(format.value.clock(at))}</p>
      )}
      {data === undefined ? (
        fault === undefined && <Skeleton rows={rows} />
      ) : (
        <div class={fault === undefined ? 'loaded' : 'loaded is-stale'}>{children(data)}</div>
      )}
    </>
  );
}

/** Grey lines where text will be. */
export function Skeleton({ rows }: { readonly rows: number }) {
  return (
    <div class="skeleton" role="status" aria-label={text.value.state.loading}>
      {Array.from({ length: rows }, (_, index) => (
        <span key={index} class="skeleton-line" />
      ))}
    </div>
  );
}

/** Says that there is nothing, and what that means. */
export function Empty({ children }: { readonly children: ComponentChildren }) {
  return <p class="empty">{children}</p>;
}
