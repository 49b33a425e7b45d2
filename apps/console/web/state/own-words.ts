import { chat } from './room-state.ts';
import type { Progress, Said } from './room-state.ts';

const MAX_REFS = 200;
const refs = new Set<string>();
let count = 0;
/** Tells this page's words from those of an earlier visit that come again. */
const visit = Math.random().toString(36).slice(2, 8);

/** A name for what is sent, by which it is known when it comes back. */
export function newRef(): string {
  count += 1;
  const made = `${visit}-${count}`;
  refs.add(made);
  const [oldest] = refs;
  if (refs.size > MAX_REFS && oldest !== undefined) refs.delete(oldest);
  return made;
}

export function isOwnRef(ref: string): boolean {
  return refs.has(ref);
}

/**
 * Notes how far own words are; false when they are not in the chat any more. What the room has shown stays shown, and what
 * was refused comes to the end, where it is seen.
 */
export function markOwn(ref: string, change: { readonly progress: Progress; readonly fault?: string }): boolean {
  const items = chat.peek();
  const index = items.findLastIndex((item) => item.kind === 'barrage' && item.ref === ref);
  const item = items[index] as Said | undefined;
  if (item === undefined) return false;
  if (item.progress === 'shown') return true;
  const next = { ...item, ...change };
  chat.value = change.progress === 'refused' ? [...items.toSpliced(index, 1), next] : items.with(index, next);
  return true;
}
