import type { ReceivedMessage } from '@longwire/wire';

/** What is to be done about a message. */
export interface Verdict {
  /** False for a copy of one that was shown before. */
  readonly isNew: boolean;
  /** The id to acknowledge with op 20; also of a copy, whose first ack may have been lost. */
  readonly ackId: string | null;
  /** Room messages missing between the last one and this. */
  readonly missed: number;
}

const REMEMBERED_IDS = 1_000;

/**
 * Tells copies from news, across reconnects: express, zone and global messages by their id, room messages by their
 * place in the room's order.
 */
export class Inbox {
  readonly #ids = new Set<string>();
  readonly #places = new Map<string, { epoch: number; seq: number }>();

  judge({ lw }: ReceivedMessage): Verdict {
    if (lw === null) return { isNew: true, ackId: null, missed: 0 };
    if ('room' in lw) return this.#judgePlace(lw.room, lw.epoch, lw.seq);
    const ackId = 'ack' in lw && lw.ack ? lw.id : null;
    if (this.#ids.has(lw.id)) return { isNew: false, ackId, missed: 0 };
    this.#ids.add(lw.id);
    if (this.#ids.size > REMEMBERED_IDS) {
      for (const oldest of this.#ids) {
        this.#ids.delete(oldest);
        break;
      }
    }
    return { isNew: true, ackId, missed: 0 };
  }

  #judgePlace(room: string, epoch: number, seq: number): Verdict {
    const last = this.#places.get(room);
    if (last !== undefined && (epoch < last.epoch || (epoch === last.epoch && seq <= last.seq))) {
      return { isNew: false, ackId: null, missed: 0 };
    }
    this.#places.set(room, { epoch, seq });
    const missed = last?.epoch === epoch ? seq - last.seq - 1 : 0;
    return { isNew: true, ackId: null, missed };
  }
}
