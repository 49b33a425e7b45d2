import { trustedId } from '@longwire/domain';
import type { Addressee, DeviceId, ExpressStore, MessageId, UserId } from '@longwire/domain';
import { AckBatch } from '@longwire/protos/bus/v1';
import { TaskPool } from './task-pool.ts';

/** `failed`: the store did not answer; `dropped`: too many acks waited. Both come again with the next attempt. */
export const ACK_OUTCOMES = ['acked', 'repeated', 'unknown', 'failed', 'dropped'] as const;
export type AckOutcome = (typeof ACK_OUTCOMES)[number];

const POOL_LIMITS = { maxRunning: 64, maxWaiting: 20_000 };

export interface AckReceiverOptions {
  readonly store: Pick<ExpressStore, 'ack'>;
  readonly onOutcome: (outcome: AckOutcome) => void;
  readonly onFault: (fault: unknown) => void;
  readonly onMalformed: () => void;
}

/** Writes the acks of clients into the store. An ack counts for the user and for the device that sent it. */
export class AckReceiver {
  readonly #options: AckReceiverOptions;
  readonly #pool = new TaskPool(POOL_LIMITS);

  constructor(options: AckReceiverOptions) {
    this.#options = options;
  }

  /** Takes one AckBatch; never throws. */
  receive(payload: Uint8Array): void {
    let batch: AckBatch;
    try {
      batch = AckBatch.decode(payload);
    } catch {
      this.#options.onMalformed();
      return;
    }
    for (const { messageIds, userId, deviceId } of batch.acks) {
      const addressees = addresseesOfConnection(userId, deviceId);
      for (const messageId of new Set(messageIds)) {
        if (!this.#pool.offer(() => this.#ack(trustedId(messageId), addressees))) this.#options.onOutcome('dropped');
      }
    }
  }

  idle(): Promise<void> {
    return this.#pool.idle();
  }

  async #ack(messageId: MessageId, addressees: readonly Addressee[]): Promise<void> {
    const { store, onOutcome, onFault } = this.#options;
    try {
      onOutcome(await store.ack(messageId, addressees));
    } catch (fault) {
      onOutcome('failed');
      onFault(fault);
    }
  }
}

/** Whom a connection stands for: its device, and its user unless it is a guest's (empty). */
export function addresseesOfConnection(userId: string, deviceId: string): readonly Addressee[] {
  const device: Addressee = { kind: 'device', id: trustedId<DeviceId>(deviceId) };
  return userId === '' ? [device] : [{ kind: 'user', id: trustedId<UserId>(userId) }, device];
}
