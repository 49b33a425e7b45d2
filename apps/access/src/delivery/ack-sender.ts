import type { Bus, Clock, MessageId } from '@longwire/domain';
import { AckBatch } from '@longwire/protos/bus/v1';
import type { Ack } from '@longwire/protos/bus/v1';
import type { Connection } from '../connection/connection.ts';
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

  constructor({ expressBus, clock, onSent }: AckSenderOptions) {
    this.#gathered = new Gatherer({
      clock,
      spanMs: GATHER_MS,
      maxItems: MAX_ACKS,
      flush: (acks) => {
        const outcome = expressBus.publish({ kind: 'acks' }, AckBatch.encode({ acks: [...acks] }).finish());
        onSent(acks.length, outcome);
      },
    });
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
