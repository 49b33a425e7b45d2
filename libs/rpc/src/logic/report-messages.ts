import {
  AppError,
  type ConnectionId,
  type DeviceId,
  GUEST_USER_ID,
  type NodeIncarnation,
  type ReportOutcome,
  type RoomId,
  type SessionChange,
  type SessionDigest,
  type SessionReport,
  trustedId,
  type UplinkEvent,
  type UserId,
} from '@longwire/domain';
import {
  ReportOutcome as OutcomeMessage,
  type ReportSessionsRequest,
  type ReportSessionsResponse,
  type SessionChange as ChangeMessage,
  SessionChangeType,
  type SessionDigest as DigestMessage,
  type Uplink,
} from '@longwire/protos/logic/v1';
import { toSession, toSessionMessage } from './logic-messages.ts';

const decoder = new TextDecoder();

const CHANGE_TYPES = {
  open: SessionChangeType.OPEN,
  join: SessionChangeType.JOIN,
  leave: SessionChangeType.LEAVE,
  close: SessionChangeType.CLOSE,
} as const satisfies Record<SessionChange['type'], SessionChangeType>;

const OUTCOMES = {
  applied: OutcomeMessage.APPLIED,
  resync: OutcomeMessage.RESYNC,
  unavailable: OutcomeMessage.UNAVAILABLE,
} as const satisfies Record<ReportOutcome, OutcomeMessage>;

export function toReportMessage(
  { nodeId, incarnation }: NodeIncarnation,
  report: SessionReport,
): ReportSessionsRequest {
  const none = { nodeId, incarnation, changes: [], uplinks: [], isSnapshot: false, isLast: false, digest: undefined };
  if (report.type === 'digest') {
    const { slice, slices, rooms } = report.digest;
    return { ...none, digest: { slice, slices, rooms: [...rooms] } };
  }
  const changes = report.changes.map(toChangeMessage);
  if (report.type === 'snapshot') return { ...none, changes, isSnapshot: true, isLast: report.isLast };
  return { ...none, changes, uplinks: report.uplinks.map(toUplinkMessage) };
}

/** Throws AppError `invalid-request` when the message does not hold what its kind needs. */
export function toReport(message: ReportSessionsRequest): SessionReport {
  if (message.digest !== undefined) return { type: 'digest', digest: toDigest(message.digest) };
  const changes = message.changes.map(toChange);
  if (message.isSnapshot) return { type: 'snapshot', changes, isLast: message.isLast };
  return { type: 'changes', changes, uplinks: message.uplinks.map(toUplink) };
}

export function toOutcomeMessage(outcome: ReportOutcome): ReportSessionsResponse {
  return { outcome: OUTCOMES[outcome] };
}

/** An outcome this version does not know, and none at all, count as `unavailable`. */
export function toOutcome(message: ReportSessionsResponse | undefined): ReportOutcome {
  if (message?.outcome === OutcomeMessage.APPLIED) return 'applied';
  return message?.outcome === OutcomeMessage.RESYNC ? 'resync' : 'unavailable';
}

function toDigest({ slice, slices, rooms }: DigestMessage): SessionDigest {
  if (slice >= slices) throw new AppError('invalid-request', 'A digest is of a slice that there is not');
  return {
    slice,
    slices,
    rooms: rooms.map(({ roomId, count, hash }) => ({
      roomId: roomId === '' ? '' : trustedId<RoomId>(roomId),
      count,
      hash,
    })),
  };
}

function toChangeMessage(change: SessionChange): ChangeMessage {
  return {
    type: CHANGE_TYPES[change.type],
    session: toSessionMessage(change.session),
    roomId: change.type === 'join' || change.type === 'leave' ? change.roomId : '',
  };
}

function toChange(message: ChangeMessage): SessionChange {
  if (message.session === undefined) throw new AppError('invalid-request', 'A change needs a session');
  const session = toSession(message.session);
  const roomId = trustedId<RoomId>(message.roomId);
  switch (message.type) {
    case SessionChangeType.OPEN:
      return { type: 'open', session };
    case SessionChangeType.CLOSE:
      return { type: 'close', session };
    case SessionChangeType.JOIN:
      return { type: 'join', session, roomId };
    case SessionChangeType.LEAVE:
      return { type: 'leave', session, roomId };
    default:
      throw new AppError('invalid-request', 'A change is of an unknown type');
  }
}

function toUplinkMessage(event: UplinkEvent): Uplink {
  return {
    eventId: event.eventId,
    userId: event.userId === GUEST_USER_ID ? '' : event.userId,
    deviceId: event.deviceId,
    connectionId: event.connectionId,
    rooms: [...event.rooms],
    data: Buffer.from(JSON.stringify(event.data ?? null)),
    atMs: event.at,
  };
}

function toUplink(message: Uplink): UplinkEvent {
  return {
    type: 'uplink',
    eventId: message.eventId,
    userId: message.userId === '' ? GUEST_USER_ID : trustedId<UserId>(message.userId),
    deviceId: trustedId<DeviceId>(message.deviceId),
    connectionId: trustedId<ConnectionId>(message.connectionId),
    rooms: message.rooms.map((room) => trustedId<RoomId>(room)),
    data: parseData(message.data),
    at: message.atMs,
  };
}

function parseData(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(bytes));
  } catch (cause) {
    throw new AppError('invalid-request', 'The data of an uplink is not JSON', { cause });
  }
}
