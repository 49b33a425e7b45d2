import type { Page } from 'playwright-core';

/** Shares of frames that came within two periods of 60 a second, with the page idle and busy, one after the other. */
export interface FrameRound {
  readonly idle: number;
  readonly busy: number;
}

/** A frame later than this has visibly skipped one. */
export const SMOOTH_MS = 33;
/** A busy page keeps at least this part of what it has when idle. */
export const KEPT_SHARE = 0.6;
/** A machine on which an idle page has fewer smooth frames tells nothing of the page. */
const LEAST_IDLE = 0.5;
const ROUNDS = 3;
const SPAN_MS = 2_500;

const FRAME_TIMES = `new Promise((resolve) => {
  const times = [];
  const startMs = performance.now();
  let lastMs = startMs;
  const onFrame = (nowMs) => {
    times.push(nowMs - lastMs);
    lastMs = nowMs;
    if (nowMs - startMs < FOR_MS) requestAnimationFrame(onFrame);
    else resolve(times.slice(1));
  };
  requestAnimationFrame(onFrame);
})`;

function frameTimes(page: Page, forMs: number): Promise<number[]> {
  return page.evaluate<number[]>(FRAME_TIMES.replace('FOR_MS', String(forMs)));
}

async function smoothShare(page: Page): Promise<number> {
  const times = await frameTimes(page, SPAN_MS);
  return times.filter((ms) => ms < SMOOTH_MS).length / Math.max(1, times.length);
}

/**
 * Compares a page that is busy with the same page idle, side by side in time, so that whatever else the machine does counts
 * against both. Stops after the first round that is good enough, with the page still busy.
 */
export async function compareFrames(
  page: Page,
  { begin, end }: { readonly begin: () => Promise<void>; readonly end: () => Promise<void> },
): Promise<readonly FrameRound[]> {
  const rounds: FrameRound[] = [];
  for (;;) {
    const idle = await smoothShare(page);
    await begin();
    const busy = await smoothShare(page);
    rounds.push({ idle, busy });
    if (isSmooth({ idle, busy }) || rounds.length === ROUNDS) return rounds;
    await end();
  }
}

export function isSmooth({ idle, busy }: FrameRound): boolean {
  return busy >= idle * KEPT_SHARE;
}

/** False when the machine was too busy with other things in every round to say anything. */
export function isTelling(rounds: readonly FrameRound[]): boolean {
  return rounds.some(({ idle }) => idle >= LEAST_IDLE);
}
