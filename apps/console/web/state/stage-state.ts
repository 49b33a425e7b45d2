import { signal } from '@preact/signals';
import type { Density } from '../stage/barrage-canvas.ts';
import type { StageItem } from '../stage/waiting-line.ts';

/** Null before anything came. */
export const density = signal<Density | null>(null);
export const shownTexts = signal<readonly { readonly key: number; readonly text: string }[]>([]);

const listeners = new Set<(items: readonly StageItem[]) => void>();

/** Calls `listener` with what is to cross the stage; returns how to end that. */
export function onStageItems(listener: (items: readonly StageItem[]) => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

export function putOnStage(items: readonly StageItem[]): void {
  for (const listener of listeners) listener(items);
}
