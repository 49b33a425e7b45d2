export { GUEST_USER_ID, parseId, parseUserId, trustedId } from './ids.ts';
export { AppError, ERROR_CODES, ERROR_KINDS, grpcStatusOf, httpStatusOf, toAppError } from './errors.ts';
export { LANES } from './lane.ts';
export { addresseeKey, addresseesOf, MAX_TARGET_IDS } from './target.ts';
export { DEFAULT_TTL_MS, MAX_PAYLOAD_BYTES, MAX_TTL_MS } from './message.ts';
export { withLwField } from './envelope-field.ts';
export { PARTITION_COUNT, partitionOf } from './partition.ts';
export { ENCODING_BITS, encodingOfProtover, ENCODINGS } from './encoding.ts';
export { principalOf } from './session.ts';
export { differingRooms, digestRooms, hashOfId, ROOMS_PER_SLICE, sliceDigest, sliceOf } from './session-digest.ts';
export { drawWeighted } from './weighted-choice.ts';
export { CLIENT_EVENT_TYPES } from './client-event.ts';
export { MAX_NODE_WEIGHT, NODE_STATES } from './node-record.ts';
export { shownStateOf, SHOWN_NODE_STATES } from './operator-views.ts';
export { SCOPES } from './credential.ts';
export { lastSeqOf, RoomHistories } from './room-histories.ts';

export type { Branded, ConnectionId, DeviceId, MessageId, NodeId, RoomId, UserId, ZoneId } from './ids.ts';
export type { AppErrorOptions, ErrorCode, ErrorKind } from './errors.ts';
export type { Lane } from './lane.ts';
export type { Addressee, Target, TargetKind } from './target.ts';
export type { Message } from './message.ts';
export type { LwField } from './envelope-field.ts';
export type { Encoding } from './encoding.ts';
export type { NodeIncarnation, Route, Session, SessionChange } from './session.ts';
export type { RoomDigest, SessionDigest } from './session-digest.ts';
export type { ClientEvent, ClientEventType } from './client-event.ts';
export type { Weighted } from './weighted-choice.ts';
export type { LoadReport, NodeDescription, NodeRecord, NodeState } from './node-record.ts';
export type { Credential, Scope } from './credential.ts';
export type { HistoryEntry, HistoryLimits } from './room-histories.ts';
export type {
  History,
  HistoryPoint,
  KeyView,
  LinkQuality,
  ListedRoom,
  NodeView,
  PresenceView,
  RoomDetail,
  ShownNodeState,
  SpanView,
  TraceView,
} from './operator-views.ts';

export type { Clock, Timer } from './ports/clock.ts';
export type {
  Bus,
  BusHandler,
  RequestFailure,
  RequestOutcome,
  Respond,
  SubscribeOptions,
  Subscription,
  Topic,
} from './ports/bus.ts';
export type { Lease, LeaseStore } from './ports/lease-store.ts';
export type { LocatedSession, OnlineTotals, PresenceEvent, PresenceStore, RoomOnline } from './ports/presence-store.ts';
export type { EventCursor, EventCursors } from './ports/event-cursors.ts';
export type { SubjectLine } from './ports/subject-line.ts';
export type { EventLog, EventPage, LoggedEvent } from './ports/event-log.ts';
export type { NodeDirectory, NodeDirectorySnapshot, NodeReport } from './ports/node-directory.ts';
export type { RoomDirectory } from './ports/room-directory.ts';
export type { CredentialStore } from './ports/credential-store.ts';
export type { IdempotencyClaim, IdempotencyStore } from './ports/idempotency-store.ts';
export type {
  ExpressAck,
  ExpressLog,
  ExpressLogFollower,
  LogFollowing,
  MessageReport,
  MessageReports,
  MessageStatus,
} from './ports/express-log.ts';
export type {
  LogicApi,
  ReportOutcome,
  RoomFacts,
  SessionLink,
  SessionLinkEvents,
  SessionReport,
  UplinkEvent,
} from './ports/logic-api.ts';
export type { ControlApi, NodeAddress, NodeAlternative, NodeDirective, NodeLink } from './ports/control-api.ts';
