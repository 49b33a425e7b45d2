import type { DeviceId, MessageId, UserId } from '../ids.ts';
import type { Message } from '../message.ts';

/** One client's receipt for one message; it stands for the user (null is a guest) and for the device. */
export interface ExpressAck {
  readonly messageId: MessageId;
  readonly userId: UserId | null;
  readonly deviceId: DeviceId;
}

/** Called for each entry, once each and in log order. Must not throw; the payload may be kept. */
export interface ExpressLogFollower {
  /** A message that was carried comes again, at its new position, followed by the acks carried with it. */
  readonly onMessage: (message: Message, position: number) => void;
  readonly onAcks: (acks: readonly ExpressAck[], position: number) => void;
  /** All that was in the log when following began has been handed over. Called once. */
  readonly onCaughtUp: () => void;
}

export interface LogFollowing {
  /** No call of the follower starts after this returned. Idempotent. */
  stop(): void;
}

/**
 * The durable memory of express messages that want an ack, as a log that any number of workers follow. What `append`
 * resolved for survives the death of any one process. A position is a safe integer from 1 that rises with every entry.
 */
export interface ExpressLog {
  /**
   * Resolves when the message is durable. Idempotent by MessageId for two minutes, so a caller may repeat what failed.
   * Rejects with `overloaded` when the log is full (surely not stored), `store-unavailable` when that is not known.
   */
  append(message: Message): Promise<void>;
  /**
   * Writes a message and the acks it has again, as one entry at the end, so that what lies before it can be trimmed.
   * The same `fromPosition` again within two minutes stores nothing. Rejects as `append` does.
   */
  carry(message: Message, acks: readonly ExpressAck[], fromPosition: number): Promise<void>;
  /** Writes receipts. The same `batchId` again within two minutes stores nothing. Rejects as `append` does. */
  appendAcks(acks: readonly ExpressAck[], batchId: string): Promise<void>;
  /**
   * Hands over all that is kept, then what comes, in log order: no hole and no repeat over lost connections, except that
   * a log which was itself lost begins anew. Every follower sees everything. Never rejects: it begins when it can.
   */
  follow(follower: ExpressLogFollower): LogFollowing;
  /** Forgets all entries before the position. Rejects with `store-unavailable`; to be tried again later. */
  trim(beforePosition: number): Promise<void>;
  /** True when calls have a fair chance now. */
  isConnected(): boolean;
}

export type MessageStatus = 'pending' | 'delivered' | 'expired';

export interface MessageReport {
  readonly messageId: MessageId;
  readonly status: MessageStatus;
  /** Addressees: users or devices named by the push. */
  readonly targets: number;
  readonly acked: number;
  /** Sends over all addressees, the first included, of the site that reports. */
  readonly attempts: number;
}

/** What became of messages that no worker follows any more. Rejects with `store-unavailable`. */
export interface MessageReports {
  /** Keeps the report for 24 h from now; one with fewer acks, or as many acks and fewer attempts, changes nothing. */
  put(report: MessageReport): Promise<void>;
  get(messageId: MessageId): Promise<MessageReport | undefined>;
}
