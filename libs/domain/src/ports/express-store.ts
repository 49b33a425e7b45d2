import type { MessageId } from '../ids.ts';
import type { Message } from '../message.ts';
import type { Addressee } from '../target.ts';

export type MessageStatus = 'pending' | 'delivered' | 'expired';

export interface MessageReport {
  readonly messageId: MessageId;
  readonly status: MessageStatus;
  /** Addressees: users or devices named by the push. */
  readonly targets: number;
  readonly acked: number;
  /** Sends over all addressees, the first included. */
  readonly attempts: number;
}

/** A message that one addressee has not acked yet. */
export interface PendingDelivery {
  readonly message: Message;
  readonly addressee: Addressee;
  readonly attempts: number;
}

/**
 * The durable memory of express messages that want an ack. What `add` resolved for survives the death of any one
 * process. Reports are kept 24 h after the ttl. Rejects with `store-unavailable`, or `overloaded` when full.
 */
export interface ExpressStore {
  /** Stores the message, pending for each addressee, due at once. Adding the same MessageId again changes nothing. */
  add(message: Message): Promise<void>;
  /**
   * Marks the addressees done that the message is for. `acked` when one was pending, else `repeated` when one was acked
   * before, else `unknown`: foreign or unknown ids, or the ttl was over first.
   */
  ack(messageId: MessageId, addressees: readonly Addressee[]): Promise<'acked' | 'repeated' | 'unknown'>;
  /**
   * Takes up to `limit` deliveries that are due and puts each off by `retryDelayMs(attempts)`, counting an attempt: of two
   * workers, one gets it. Expired ones are settled instead. `attempts` counts this one, from 1; beyond 16 a store may go on
   * with the delay of the 16th.
   */
  takeDue(limit: number, retryDelayMs: (attempts: number) => number): Promise<readonly PendingDelivery[]>;
  /** What is pending for addressees that have just come online, oldest first; counts an attempt and puts the next off. */
  takePendingOf(
    addressees: readonly Addressee[],
    limit: number,
    retryDelayMs: (attempts: number) => number,
  ): Promise<readonly PendingDelivery[]>;
  report(messageId: MessageId): Promise<MessageReport | undefined>;
  /** Deliveries pending now, over all messages: a gauge, may lag by a second. */
  pendingCount(): Promise<number>;
}
