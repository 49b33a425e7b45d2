/** Texts on the stage at a time: fewer is no barrage any more, more is not read. */
export const LEAST_ON_STAGE = 24;
export const MOST_ON_STAGE = 110;
const SLOW_FRAME_MS = 24;
const SMOOTH_FRAME_MS = 19;
const SMOOTHING = 12;
const DECIDE_EVERY_MS = 400;
/** A pause as long as this is a page that was not looked at, and says nothing of its speed. */
const PAUSE_MS = 250;

/**
 * Decides how many texts may be on the stage, by how long frames take: a machine that falls behind 60 a second gets fewer,
 * quickly; one that keeps up gets more, slowly.
 */
export class FrameGovernor {
  #limit = MOST_ON_STAGE;
  #frameMs = 1000 / 60;
  #decidedAtMs = 0;

  get limit(): number {
    return Math.floor(this.#limit);
  }

  /** Told of each frame: when it came and how long after the one before. */
  note(nowMs: number, frameMs: number): void {
    if (frameMs > PAUSE_MS) return;
    this.#frameMs += (frameMs - this.#frameMs) / SMOOTHING;
    if (nowMs - this.#decidedAtMs < DECIDE_EVERY_MS) return;
    this.#decidedAtMs = nowMs;
    if (this.#frameMs > SLOW_FRAME_MS) this.#limit = Math.max(LEAST_ON_STAGE, this.#limit * 0.8);
    else if (this.#frameMs < SMOOTH_FRAME_MS) this.#limit = Math.min(MOST_ON_STAGE, this.#limit + 4);
  }
}
