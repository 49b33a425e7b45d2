import { randomUUID } from 'node:crypto';
import type { Bus, Clock, MessageId } from '@longwire/domain';
import { AckBatch } from '@longwire/protos/bus/v1';
import type { Ack } from '@longwire/protos/bus/v1';
import type { Connection } from '../connection/connection.ts';
import { CopyFilter } from './dedup.ts';
import { Gatherer } from './gatherer.ts';

const GATHER_MS = 20;
const MAX_ACKS = 256;

export interface AckSenderOptions {
  readonly expressBus: Pick<Bus, 'publish'>;
  readonly clock: Clock;
  readonly onSent: (acks: number, outcome: 'sent' | 'unavailable') => void;
}

/** Passes client receipts on in small batches. One that is lost is no harm: the message comes again, and its ack too. */
export class AckSender {
  readonly #gathered: Gatherer<Ack>;
  readonly #clock: Clock;

  constructor({ expressBus, clock, onSent }: AckSenderOptions) {
    this.#clock = clock;
    this.#gathered = new Gatherer({
      clock,
      spanMs: GATHER_MS,
      maxItems: MAX_ACKS,
      flush: (acks) => {
        const batch = AckBatch.encode({ acks: [...acks], batchId: randomUUID() }).finish();
        const outcome = expressBus.publish({ kind: 'acks' }, batch);
        onSent(acks.length, outcome);
      },
    });
  }

  /** The client has acked these: passed on, and remembered so that a copy of one is not written to it. */
  take(connection: Connection, messageIds: readonly MessageId[]): void {
    connection.copies ??= new CopyFilter();
    for (const messageId of messageIds) connection.copies.noteAck(messageId, this.#clock.monotonic());
    this.send(connection, messageIds);
  }

  send(connection: Connection, messageIds: readonly MessageId[]): void {
    if (messageIds.length === 0) return;
    const { userId, deviceId } = connection;
    this.#gathered.add({ messageIds: [...messageIds], userId: userId ?? '', deviceId });
  }

  /** Sends what is gathered. */
  stop(): void {
    this.#gathered.flushNow();
  }
}
