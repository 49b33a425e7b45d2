import { requireScope } from '@longwire/auth';
import { AppError } from '@longwire/domain';
import type { Bus, Clock, Credential, MessageId, MessageReport, MessageReports } from '@longwire/domain';
import { MessageStatusQuery, MessageStatusReply } from '@longwire/protos/bus/v1';

export interface StatusReaderPorts {
  readonly expressBus: Bus;
  readonly reports: Pick<MessageReports, 'get'>;
  readonly clock: Clock;
}

const ANSWER_WITHIN_MS = 700;
const ASKS = 3;
const ASK_AGAIN_MS = 100;

/** How far messages with `ack:true` have come: asked of the workers that follow them, else read from what they wrote down. */
export class StatusReader {
  readonly #ports: StatusReaderPorts;

  constructor(ports: StatusReaderPorts) {
    this.#ports = ports;
  }

  /**
   * Throws AppError `unknown-message` for others and for long past ones, `dispatch-unavailable` when no worker answers
   * and nothing is written down: then it is not known whether there is such a message.
   */
  async read(credential: Credential, messageId: MessageId): Promise<MessageReport> {
    requireScope(credential, 'read');
    const asked = await this.#ask(messageId);
    if (typeof asked === 'object') return asked;
    const report = await this.#ports.reports.get(messageId);
    if (report !== undefined) return report;
    if (asked === 'no-answer') {
      throw new AppError('dispatch-unavailable', 'No express worker answers', { retryAfterMs: 1000 });
    }
    throw new AppError('unknown-message', 'Only messages with ack:true are known, up to 24 h after their ttl');
  }

  async #ask(messageId: MessageId): Promise<MessageReport | 'unknown' | 'no-answer'> {
    const { expressBus, clock } = this.#ports;
    const query = MessageStatusQuery.encode({ messageId }).finish();
    for (let ask = 1; ask <= ASKS; ask += 1) {
      const outcome = await expressBus.request({ kind: 'message-status' }, query, ANSWER_WITHIN_MS);
      if (outcome.ok) return readReply(messageId, outcome.payload);
      if (outcome.failure !== 'timeout') await new Promise<void>((resolve) => clock.after(ASK_AGAIN_MS, resolve));
    }
    return 'no-answer';
  }
}

function readReply(messageId: MessageId, payload: Uint8Array): MessageReport | 'unknown' {
  const { isKnown, isOver, targets, acked, attempts } = MessageStatusReply.decode(payload);
  if (!isKnown) return 'unknown';
  const open = isOver ? ('expired' as const) : ('pending' as const);
  return { messageId, status: acked === targets ? 'delivered' : open, targets, acked, attempts };
}
