import { trustedId } from '@longwire/domain';
import type { DeviceId, ExpressAck, ExpressLog, MessageId, UserId } from '@longwire/domain';
import { AckBatch } from '@longwire/protos/bus/v1';
import type { ExpressTraces } from '../trace/express-traces.ts';
import type { AckOutcome, Ledger } from './ledger/ledger.ts';
import type { TrackedMessage } from './ledger/tracked-message.ts';

export interface AckReceiverOptions {
  readonly ledger: Ledger;
  readonly log: Pick<ExpressLog, 'appendAcks'>;
  /** Of batches, which one process writes, and of messages, which one process tells of. */
  readonly isMine: (id: string) => boolean;
  readonly traces: Pick<ExpressTraces, 'acked'>;
  readonly onOutcome: (outcome: AckOutcome) => void;
  /** Nobody can come for this message any more. */
  readonly onFinished: (tracked: TrackedMessage) => void;
  readonly onFault: (fault: unknown) => void;
  readonly onMalformed: () => void;
}

/** Batches on their way to the log; beyond, they are not written: their messages are sent again after a restart alone. */
const MAX_WRITING = 2000;

/**
 * Takes the acks of clients: they count here at once, and are written to the log so that they count after a restart, by one
 * process of each site, once. An unknown or foreign id is counted and changes nothing.
 */
export class AckReceiver {
  readonly #options: AckReceiverOptions;
  readonly #writing = new Set<Promise<void>>();

  constructor(options: AckReceiverOptions) {
    this.#options = options;
  }

  /** Takes one AckBatch; never throws. */
  receive(payload: Uint8Array): void {
    const { ledger, isMine, traces, onOutcome, onFinished, onFault, onMalformed } = this.#options;
    let batch: AckBatch;
    try {
      batch = AckBatch.decode(payload);
    } catch {
      onMalformed();
      return;
    }
    const acks = batch.acks.flatMap(readAck);
    let isNews = false;
    for (const ack of acks) {
      const outcome = ledger.ack(ack);
      onOutcome(outcome);
      if (outcome !== 'unknown' && isMine(ack.messageId)) traces.acked(ack);
      isNews ||= outcome === 'acked' || ledger.find(ack.messageId) !== undefined;
      const tracked = ledger.find(ack.messageId);
      if (tracked?.isFinished === true) onFinished(tracked);
    }
    // Whole, also what is unknown here: another site's process may have read further, and the log keeps a batch once.
    if (!isNews || batch.batchId === '' || !isMine(batch.batchId)) return;
    if (this.#writing.size >= MAX_WRITING) onFault(new Error('too many acks wait for the log'));
    else this.#write(acks, batch.batchId);
  }

  /** Resolves when all that was taken is written or given up. */
  async idle(): Promise<void> {
    await Promise.all(this.#writing);
  }

  #write(acks: readonly ExpressAck[], batchId: string): void {
    const { log, onFault } = this.#options;
    const writing = log.appendAcks(acks, batchId).catch(onFault);
    this.#writing.add(writing);
    void writing.finally(() => this.#writing.delete(writing));
  }
}

function readAck({ messageIds, userId, deviceId }: AckBatch['acks'][number]): readonly ExpressAck[] {
  return [...new Set(messageIds)].map((messageId) => ({
    messageId: trustedId<MessageId>(messageId),
    userId: userId === '' ? null : trustedId<UserId>(userId),
    deviceId: trustedId<DeviceId>(deviceId),
  }));
}
