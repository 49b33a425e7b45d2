import type { RoomId } from '@longwire/domain';

const MAX_ROOMS = 10_000;
/** Of a room nobody has heard of: as good as silent. */
const SILENT_MS = 1000;
/** One in so many parts of the mean is the newest gap: a room counts as busy after some tens of messages. */
const SMOOTHING = 8;

interface Pace {
  atMs: number;
  gapMs: number;
}

/** How fast messages come to each room, as a running mean of the time between them. Holds 10,000 rooms at most. */
export class RoomPaces {
  readonly #paces = new Map<RoomId, Pace>();

  get size(): number {
    return this.#paces.size;
  }

  /** Notes a message and returns the mean gap in ms, this one counted in. `nowMs` is monotonic. */
  note(roomId: RoomId, nowMs: number): number {
    const pace = this.#paces.get(roomId);
    if (pace !== undefined) {
      pace.gapMs += (Math.min(nowMs - pace.atMs, SILENT_MS) - pace.gapMs) / SMOOTHING;
      pace.atMs = nowMs;
      return pace.gapMs;
    }
    // All are quiet again then, which costs some requests and no message any time.
    if (this.#paces.size >= MAX_ROOMS) this.#paces.clear();
    this.#paces.set(roomId, { atMs: nowMs, gapMs: SILENT_MS });
    return SILENT_MS;
  }
}
