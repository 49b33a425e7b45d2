import { randomUUID } from 'node:crypto';
import { trustedId } from '@longwire/domain';
import type { Clock, Credential, IdempotencyStore, MessageId, RoomDirectory } from '@longwire/domain';
import type { TraceSink } from '@longwire/vitals';
import type { PushLimits } from '../limit/push-limits.ts';
import type { ServiceMetrics } from '../metrics.ts';
import { targetText } from '../operator/trace-view.ts';
import { authorizePush } from '../permission/authorize-push.ts';
import { hashCommand, messageIdOf, oncePerKey, scopedKey } from './idempotency.ts';
import type { IdempotencyPorts } from './idempotency.ts';
import type { MessageSender } from './message-sender.ts';
import { toMessage, toPushCommand } from './push-command.ts';
import type { PushCommand } from './push-command.ts';
import type { PushRequest, PushResponse } from './push-request.ts';

export interface PushServicePorts {
  readonly sender: MessageSender;
  readonly rooms: RoomDirectory;
  readonly idempotency: IdempotencyStore;
  readonly limits: PushLimits;
  readonly clock: Clock;
  readonly metrics: ServiceMetrics;
  readonly traces: TraceSink;
}

export interface PushOptions {
  /** Default false; a message that wants an ack is traced anyway. */
  readonly isTraced?: boolean;
}

/**
 * One push from the request to its 202, whichever door it came through: defaults, permission, idempotency, limits,
 * hand-over. What it resolves with was handed over (or stored, with `ack:true`); what it rejects with is an AppError.
 */
export class PushService {
  readonly #ports: PushServicePorts;

  constructor(ports: PushServicePorts) {
    this.#ports = ports;
  }

  async push(credential: Credential, request: PushRequest, options: PushOptions = {}): Promise<PushResponse> {
    const asked = toPushCommand(request);
    const isTraced = asked.isAckWanted || options.isTraced === true;
    const command: PushCommand = isTraced ? { ...asked, isTraced } : asked;
    await authorizePush(credential, command.target, this.#ports.rooms);
    const response = await this.#once(credential, command, request.idempotencyKey);
    this.#ports.metrics.pushes.inc({ target: command.target.kind, lane: command.lane });
    return response;
  }

  #once(credential: Credential, command: PushCommand, idempotencyKey: string | undefined): Promise<PushResponse> {
    const { idempotency, limits, clock, metrics } = this.#ports;
    const send = async (messageId: MessageId, isUnkeyed: boolean): Promise<PushResponse> => {
      limits.checkRates(credential, command.target);
      return limits.whileInFlight(() => this.#send(command, messageId, isUnkeyed));
    };
    if (idempotencyKey === undefined) return send(trustedId<MessageId>(randomUUID()), true);
    const ports: IdempotencyPorts = {
      store: idempotency,
      clock,
      onRepeat: () => metrics.idempotentRepeats.inc(),
      whileWaiting: (wait) => limits.whileInFlight(wait),
    };
    const key = scopedKey(credential, idempotencyKey);
    const bodyHash = hashCommand(command);
    const messageId = messageIdOf(key, bodyHash, clock.now());
    return oncePerKey(ports, key, bodyHash, () => send(messageId, false));
  }

  async #send(command: PushCommand, messageId: MessageId, isUnkeyed: boolean): Promise<PushResponse> {
    const acceptedAt = this.#ports.clock.now();
    const startedAt = this.#ports.clock.monotonic();
    await this.#ports.sender.send(toMessage(command, messageId, acceptedAt), isUnkeyed);
    if (command.isTraced === true) this.#trace(command, messageId, acceptedAt);
    const seconds = (this.#ports.clock.monotonic() - startedAt) / 1000;
    this.#ports.metrics.handOverSeconds.observe({ lane: command.lane }, seconds);
    return { messageId, acceptedAt };
  }

  /** Said when it is true: what was refused by dispatch or the log was not accepted. */
  #trace({ target, lane, payload, isAckWanted }: PushCommand, messageId: MessageId, atMs: number): void {
    const { traces } = this.#ports;
    const numbers = { payloadBytes: payload.length };
    traces.note({ messageId, lane, stage: 'accepted', atMs, numbers, texts: targetText(target) });
    if (isAckWanted) traces.note({ messageId, lane, stage: 'stored' });
  }
}
