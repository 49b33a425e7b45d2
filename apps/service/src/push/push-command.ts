import { AppError, DEFAULT_TTL_MS } from '@longwire/domain';
import type { Message, MessageId } from '@longwire/domain';
import { encodePayload } from './payload.ts';
import type { PushRequest } from './push-request.ts';

/** A push with its defaults filled in, before it has an id and a time. */
export type PushCommand = Omit<Message, 'messageId' | 'acceptedAtMs'>;

/**
 * Fills in the defaults: user and device go express with an ack, room, zone and all go bulk without one.
 * Throws AppError `invalid-request` for what does not go together, `payload-too-large` above 64 KiB.
 */
export function toPushCommand(request: PushRequest): PushCommand {
  const { target } = request;
  const isPersonal = target.kind === 'user' || target.kind === 'device';
  const lane = request.lane ?? (isPersonal ? 'express' : 'bulk');
  const isAckWanted = request.ack ?? (isPersonal && lane === 'express');
  if (isAckWanted && !isPersonal) {
    throw new AppError('invalid-request', 'ack:true is for user and device targets', { field: 'ack' });
  }
  if (isAckWanted && lane === 'bulk') {
    throw new AppError('invalid-request', 'ack:true needs the express lane', { field: 'ack' });
  }
  return { target, payload: encodePayload(request.payload), lane, isAckWanted, ttlMs: request.ttlMs ?? DEFAULT_TTL_MS };
}

/** Gives a command its identity. */
export function toMessage(command: PushCommand, messageId: MessageId, acceptedAtMs: number): Message {
  return { ...command, messageId, acceptedAtMs };
}
