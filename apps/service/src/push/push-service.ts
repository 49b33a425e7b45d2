import { randomUUID } from 'node:crypto';
import { trustedId } from '@longwire/domain';
import type { Clock, Credential, IdempotencyStore, MessageId, RoomDirectory } from '@longwire/domain';
import type { PushLimits } from '../limit/push-limits.ts';
import type { ServiceMetrics } from '../metrics.ts';
import { authorizePush } from '../permission/authorize-push.ts';
import { hashCommand, messageIdOf, oncePerKey, scopedKey } from './idempotency.ts';
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
}

/**
 * One push from the request to its 202, whichever door it came through: defaults, permission, limits, idempotency,
 * hand-over. What it resolves with was handed over (or stored, with `ack:true`); what it rejects with is an AppError.
 */
export class PushService {
  readonly #ports: PushServicePorts;

  constructor(ports: PushServicePorts) {
    this.#ports = ports;
  }

  async push(credential: Credential, request: PushRequest): Promise<PushResponse> {
    const { limits, metrics } = this.#ports;
    const command = toPushCommand(request);
    await authorizePush(credential, command.target, this.#ports.rooms);
    limits.checkRates(credential, command.target);
    return limits.whileInFlight(async () => {
      const response = await this.#once(credential, command, request.idempotencyKey);
      metrics.pushes.inc({ target: command.target.kind, lane: command.lane });
      return response;
    });
  }

  #once(credential: Credential, command: PushCommand, idempotencyKey: string | undefined): Promise<PushResponse> {
    if (idempotencyKey === undefined) return this.#send(command, trustedId<MessageId>(randomUUID()));
    const { idempotency, clock, metrics } = this.#ports;
    const ports = { store: idempotency, clock, onRepeat: () => metrics.idempotentRepeats.inc() };
    const key = scopedKey(credential, idempotencyKey);
    const bodyHash = hashCommand(command);
    const messageId = messageIdOf(key, bodyHash, clock.now());
    return oncePerKey(ports, key, bodyHash, () => this.#send(command, messageId));
  }

  async #send(command: PushCommand, messageId: MessageId): Promise<PushResponse> {
    const acceptedAt = this.#ports.clock.now();
    const startedAt = this.#ports.clock.monotonic();
    await this.#ports.sender.send(toMessage(command, messageId, acceptedAt));
    const seconds = (this.#ports.clock.monotonic() - startedAt) / 1000;
    this.#ports.metrics.handOverSeconds.observe({ lane: command.lane }, seconds);
    return { messageId, acceptedAt };
  }
}
