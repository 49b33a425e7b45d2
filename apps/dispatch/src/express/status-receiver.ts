import { trustedId } from '@longwire/domain';
import type { Clock, MessageId, MessageReport, Respond } from '@longwire/domain';
import { MessageStatusQuery, MessageStatusReply } from '@longwire/protos/bus/v1';

export interface StatusReceiverOptions {
  readonly find: (messageId: MessageId) => MessageReport | undefined;
  readonly isMine: (messageId: string) => boolean;
  /** False while the log is being read: then nothing is known to be unknown. */
  readonly isCaughtUp: () => boolean;
  readonly clock: Clock;
  readonly onMalformed: () => void;
}

/** A message just stored is not read from the log yet; a process that does not act for it lets the one that does speak first. */
const LOOK_AGAIN_MS = 100;
const LOOKS = 3;
const MAX_WAITING = 1000;

/**
 * Answers how far a message has come, from what this worker knows. All workers are asked and the first answer counts, so
 * those that know answer at once and those that do not, later.
 */
export class StatusReceiver {
  readonly #options: StatusReceiverOptions;
  #waiting = 0;

  constructor(options: StatusReceiverOptions) {
    this.#options = options;
  }

  /** Takes one MessageStatusQuery; never throws. */
  receive(payload: Uint8Array, respond: Respond | undefined): void {
    if (respond === undefined) return;
    try {
      const messageId = trustedId<MessageId>(MessageStatusQuery.decode(payload).messageId);
      this.#answer(messageId, { respond, looks: 0 });
    } catch {
      this.#options.onMalformed();
    }
  }

  #answer(messageId: MessageId, { respond, looks }: { readonly respond: Respond; readonly looks: number }): void {
    const { find, isMine, isCaughtUp, clock } = this.#options;
    const report = find(messageId);
    const isLast = looks >= LOOKS || this.#waiting >= MAX_WAITING;
    if (report !== undefined && (isMine(messageId) || isLast)) {
      respond(encodeReply(report));
      return;
    }
    if (isLast) {
      if (isCaughtUp()) respond(encodeReply(undefined));
      return;
    }
    this.#waiting += 1;
    clock.after(LOOK_AGAIN_MS, () => {
      this.#waiting -= 1;
      this.#answer(messageId, { respond, looks: looks + 1 });
    });
  }
}

function encodeReply(report: MessageReport | undefined): Uint8Array {
  if (report === undefined) {
    return MessageStatusReply.encode({ isKnown: false, isOver: false, targets: 0, acked: 0, attempts: 0 }).finish();
  }
  const { status, targets, acked, attempts } = report;
  return MessageStatusReply.encode({ isKnown: true, isOver: status === 'expired', targets, acked, attempts }).finish();
}
