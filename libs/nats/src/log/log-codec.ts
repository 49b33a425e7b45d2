import { trustedId } from '@longwire/domain';
import type { DeviceId, ExpressAck, Message, MessageId, MessageReport, Target, UserId } from '@longwire/domain';
import { Lane, LoggedAcks, LoggedMessage, LoggedReport } from '@longwire/protos/bus/v1';
import type { Ack, DirectPush } from '@longwire/protos/bus/v1';

/** Bytes of a log entry. Throws RangeError for a target that nobody could ack. */
export function encodeMessage(message: Message, acks: readonly ExpressAck[] = []): Uint8Array {
  const { messageId, payload, lane, isAckWanted, acceptedAtMs, ttlMs } = message;
  const push: DirectPush = {
    messageId,
    target: toWireTarget(message.target),
    payload: Buffer.from(payload.buffer, payload.byteOffset, payload.length),
    lane: lane === 'express' ? Lane.EXPRESS : Lane.BULK,
    isAckWanted,
    acceptedAtMs,
  };
  return LoggedMessage.encode({ push, ttlMs, acks: acks.map(toWireAck) }).finish();
}

/** Reads what {@link encodeMessage} wrote; undefined when it is damaged or of another program. */
export function decodeMessage(bytes: Uint8Array): { message: Message; acks: readonly ExpressAck[] } | undefined {
  const { push, ttlMs, acks } = LoggedMessage.decode(bytes);
  const target = push === undefined ? undefined : readTarget(push.target);
  if (push === undefined || target === undefined) return undefined;
  const message: Message = {
    messageId: trustedId<MessageId>(push.messageId),
    target,
    payload: push.payload,
    lane: push.lane === Lane.BULK ? 'bulk' : 'express',
    isAckWanted: push.isAckWanted,
    ttlMs,
    acceptedAtMs: push.acceptedAtMs,
  };
  return { message, acks: acks.flatMap(readAck) };
}

export function encodeAcks(acks: readonly ExpressAck[]): Uint8Array {
  return LoggedAcks.encode({ acks: acks.map(toWireAck) }).finish();
}

export function decodeAcks(bytes: Uint8Array): readonly ExpressAck[] {
  return LoggedAcks.decode(bytes).acks.flatMap(readAck);
}

export function encodeReport({ status, targets, acked, attempts }: MessageReport): Uint8Array {
  return LoggedReport.encode({ isOver: status === 'expired', targets, acked, attempts }).finish();
}

export function decodeReport(messageId: MessageId, bytes: Uint8Array): MessageReport {
  const { isOver, targets, acked, attempts } = LoggedReport.decode(bytes);
  const open = isOver ? ('expired' as const) : ('pending' as const);
  return { messageId, status: acked === targets ? 'delivered' : open, targets, acked, attempts };
}

function toWireAck({ messageId, userId, deviceId }: ExpressAck): Ack {
  return { messageIds: [messageId], userId: userId ?? '', deviceId };
}

function readAck({ messageIds, userId, deviceId }: Ack): readonly ExpressAck[] {
  return messageIds.map((messageId) => ({
    messageId: trustedId<MessageId>(messageId),
    userId: userId === '' ? null : trustedId<UserId>(userId),
    deviceId: trustedId<DeviceId>(deviceId),
  }));
}

function toWireTarget(target: Target): NonNullable<DirectPush['target']> {
  if (target.kind === 'user') return { $case: 'user', value: { userIds: [...target.userIds] } };
  if (target.kind === 'device') return { $case: 'device', value: { deviceIds: [...target.deviceIds] } };
  throw new RangeError(`a message to a ${target.kind} has nobody who acks it`);
}

function readTarget(target: DirectPush['target']): Target | undefined {
  if (target?.$case === 'user') {
    return { kind: 'user', userIds: target.value.userIds.map((id) => trustedId<UserId>(id)) };
  }
  if (target?.$case === 'device') {
    return { kind: 'device', deviceIds: target.value.deviceIds.map((id) => trustedId<DeviceId>(id)) };
  }
  return undefined;
}
