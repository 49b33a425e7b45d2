import { AppError } from '@longwire/domain';
import type { ExpressLog, Message, Target } from '@longwire/domain';
import { BroadcastPush, BroadcastPushReply, DirectPush, DirectPushReply, Lane } from '@longwire/protos/bus/v1';
import { asBuffer } from '@longwire/runtime';
import { requestWithRetry } from './request-with-retry.ts';
import type { RetryingBus } from './request-with-retry.ts';
import type { RoomSender } from './room-sender.ts';

export interface MessageSenderPorts {
  readonly rooms: RoomSender;
  readonly bulk: RetryingBus;
  readonly express: RetryingBus;
  readonly expressLog: ExpressLog;
  readonly onLogFull: () => void;
}

/** Hands a message to dispatch by the way its lane and target ask for. Resolves when it is taken over or stored. */
export class MessageSender {
  readonly #ports: MessageSenderPorts;

  constructor(ports: MessageSenderPorts) {
    this.#ports = ports;
  }

  /** `isUnkeyed`: its caller cannot push it again with the same id. */
  async send(message: Message, isUnkeyed = false): Promise<void> {
    const { target } = message;
    if (message.lane === 'bulk') {
      if (target.kind === 'room') return this.#ports.rooms.send(message, target.roomId, isUnkeyed);
      if (target.kind === 'zone') return this.#broadcast(message, target.zoneId);
      if (target.kind === 'all') return this.#broadcast(message, '');
    }
    // The workers follow the log: what is in it is on its way.
    return message.isAckWanted ? this.#store(message) : this.#direct(message);
  }

  async #broadcast(message: Message, zoneId: string): Promise<void> {
    const { messageId, acceptedAtMs, isTraced } = message;
    const payload = asBuffer(message.payload);
    const push = BroadcastPush.encode({ messageId, zoneId, payload, acceptedAtMs, isTraced }).finish();
    const read = (answer: Uint8Array): BroadcastPushReply => BroadcastPushReply.decode(answer);
    const reply = await requestWithRetry(this.#ports.bulk, { topic: { kind: 'broadcast-push' }, payload: push, read });
    if (!reply.isAccepted) throw dispatchIsFull();
  }

  async #store(message: Message): Promise<void> {
    try {
      await this.#ports.expressLog.append(message);
    } catch (error) {
      if (error instanceof AppError && error.code === 'overloaded') this.#ports.onLogFull();
      throw error;
    }
  }

  async #direct(message: Message): Promise<void> {
    const payload = encodeDirect(message);
    const read = (answer: Uint8Array): DirectPushReply => DirectPushReply.decode(answer);
    const reply = await requestWithRetry(this.#ports.express, { topic: { kind: 'direct-push' }, payload, read });
    if (!reply.isAccepted) throw dispatchIsFull();
  }
}

function dispatchIsFull(): AppError {
  return new AppError('overloaded', 'Dispatch takes no more messages now', { retryAfterMs: 1000 });
}

function encodeDirect(message: Message): Uint8Array {
  const { messageId, payload, lane, isAckWanted, acceptedAtMs, isTraced } = message;
  return DirectPush.encode({
    messageId,
    target: toWireTarget(message.target),
    payload: asBuffer(payload),
    lane: lane === 'express' ? Lane.EXPRESS : Lane.BULK,
    isAckWanted,
    acceptedAtMs,
    isTraced,
  }).finish();
}

function toWireTarget(target: Target): NonNullable<DirectPush['target']> {
  switch (target.kind) {
    case 'user':
      return { $case: 'user', value: { userIds: [...target.userIds] } };
    case 'device':
      return { $case: 'device', value: { deviceIds: [...target.deviceIds] } };
    case 'room':
      return { $case: 'room', value: { roomId: target.roomId } };
    case 'zone':
      return { $case: 'zone', value: { zoneId: target.zoneId } };
    case 'all':
      return { $case: 'all', value: {} };
  }
}
