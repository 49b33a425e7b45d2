import type { Clock, PresenceEvent } from '@longwire/domain';

interface Untold {
  readonly event: PresenceEvent;
  readonly dueAtMs: number;
}

/** Events until somebody has confirmed them; each is handed out to one caller at a time. */
export class UntoldEvents {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #holdMs: number;
  readonly #events = new Map<string, Untold>();

  constructor(clock: Pick<Clock, 'monotonic'>, holdMs: number) {
    this.#clock = clock;
    this.#holdMs = holdMs;
  }

  get size(): number {
    return this.#events.size;
  }

  /** Keeps an event that is to be handed out from now on. */
  add(event: PresenceEvent): void {
    this.#put(event, this.#clock.monotonic());
  }

  /** Keeps an event that the caller hands out itself. */
  addHeld(event: PresenceEvent): void {
    this.#put(event, this.#clock.monotonic() + this.#holdMs);
  }

  take(limit: number): readonly PresenceEvent[] {
    const nowMs = this.#clock.monotonic();
    const taken: PresenceEvent[] = [];
    for (const { event, dueAtMs } of this.#events.values()) {
      if (taken.length >= limit) break;
      if (dueAtMs <= nowMs) taken.push(event);
    }
    // Set anew only now: an entry that is set while they are walked may be met again.
    for (const event of taken) this.addHeld(event);
    return taken;
  }

  confirm(events: readonly PresenceEvent[]): void {
    for (const { eventId } of events) this.#events.delete(eventId);
  }

  #put(event: PresenceEvent, dueAtMs: number): void {
    // Deleted first, so that the map stays in the order in which they were last put.
    this.#events.delete(event.eventId);
    this.#events.set(event.eventId, { event, dueAtMs });
  }
}
