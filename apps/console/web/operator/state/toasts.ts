import { signal } from '@preact/signals';

export interface Toast {
  readonly id: number;
  readonly kind: 'done' | 'failed';
  readonly text: string;
}

const KEEP_MS = 8_000;
const MAX_TOASTS = 4;
let nextId = 0;

/** What was done a moment ago, or why not; newest last. */
export const toasts = signal<readonly Toast[]>([]);

/** Says what an action did. A failure stays until it is dismissed. */
export function say(kind: Toast['kind'], text: string): void {
  nextId += 1;
  const id = nextId;
  toasts.value = [...toasts.value, { id, kind, text }].slice(-MAX_TOASTS);
  if (kind === 'done') setTimeout(() => dismiss(id), KEEP_MS);
}

export function dismiss(id: number): void {
  toasts.value = toasts.value.filter((toast) => toast.id !== id);
}
