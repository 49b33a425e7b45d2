import { setTimeout as delay } from 'node:timers/promises';
import type { Business } from './business.ts';

export interface RoomEvent {
  readonly type: 'room.enter' | 'room.leave';
  readonly eventId: string;
  readonly roomId: string;
  readonly userId: string | null;
  readonly deviceId: string;
}

const RETRY_AFTER_MS = 200;

/** Follows `GET /v1/events` as a good backend does: goes on after the last id when a stream ends, keeps each event once. */
export class EventTail {
  /** In the order they were read. */
  events: RoomEvent[] = [];
  /** Events that came again: at least once is promised. */
  repeats = 0;
  readonly #business: Business;
  readonly #roomPrefix: string;
  readonly #stopping = new AbortController();
  readonly #seen = new Set<string>();
  #lastId: string | undefined;
  #loop: Promise<void> | undefined;

  /** Events of rooms whose ids do not begin so are left out: they are of those who played before. */
  constructor(business: Business, roomPrefix: string) {
    this.#business = business;
    this.#roomPrefix = roomPrefix;
  }

  /** Resolves when the first stream is open: later events are not missed. */
  async start(): Promise<void> {
    const opened = Promise.withResolvers<void>();
    this.#loop = this.#run(() => opened.resolve());
    await opened.promise;
  }

  /** Begins with an empty log, as the system does whose store has lost everything. */
  forget(): void {
    this.events = [];
    this.#seen.clear();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#loop;
  }

  async #run(onOpen: () => void): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        const lastEventId = this.#lastId === undefined ? {} : { lastEventId: this.#lastId };
        const response = await this.#business.api.events('room.enter,room.leave', { signal, ...lastEventId });
        if (response.ok && response.body !== null) {
          onOpen();
          await this.#read(response.body);
        }
      } catch {
        // The replica has gone, or this tail stops: go on with the next one, or not.
      }
      await delay(RETRY_AFTER_MS);
    }
  }

  async #read(body: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    let text = '';
    for await (const chunk of body) {
      text += decoder.decode(chunk, { stream: true });
      const parts = text.split('\n\n');
      text = parts.pop() ?? '';
      for (const part of parts) this.#take(part);
    }
  }

  #take(part: string): void {
    const fieldOf = (name: string): string | undefined =>
      part
        .split('\n')
        .find((line) => line.startsWith(`${name}:`))
        ?.slice(name.length + 1)
        .trim();
    const data = fieldOf('data');
    if (data === undefined) return;
    this.#lastId = fieldOf('id') ?? this.#lastId;
    const event = JSON.parse(data) as RoomEvent | { readonly type: 'gap' };
    if (event.type === 'gap') return;
    if (this.#seen.has(event.eventId)) this.repeats += 1;
    else if (event.roomId.startsWith(this.#roomPrefix)) this.events.push(event);
    this.#seen.add(event.eventId);
  }
}
