/** Every op of the protocol. Numbers not listed here are unknown: a server closes on them, a client skips them. */
export const OPERATION = {
  heartbeat: 2,
  heartbeatReply: 3,
  message: 5,
  auth: 7,
  authReply: 8,
  changeRoom: 12,
  changeRoomReply: 13,
  join: 14,
  joinReply: 15,
  leave: 16,
  leaveReply: 17,
  send: 18,
  sendReply: 19,
  ack: 20,
  resume: 22,
  resumeReply: 23,
  reconnectHint: 24,
  closeNotice: 25,
  dictionary: 26,
} as const;

export type OperationName = keyof typeof OPERATION;
export type Operation = (typeof OPERATION)[OperationName];

const CLIENT_OPERATIONS = [
  OPERATION.heartbeat,
  OPERATION.auth,
  OPERATION.changeRoom,
  OPERATION.join,
  OPERATION.leave,
  OPERATION.send,
  OPERATION.ack,
  OPERATION.resume,
] as const;

/** The ops that travel up, from client to server. */
export type ClientOperation = (typeof CLIENT_OPERATIONS)[number];
/** The down ops that answer one request and repeat its `seq`, the heartbeat's apart. */
export type ReplyOperation =
  | typeof OPERATION.authReply
  | typeof OPERATION.changeRoomReply
  | typeof OPERATION.joinReply
  | typeof OPERATION.leaveReply
  | typeof OPERATION.sendReply
  | typeof OPERATION.resumeReply;

const clientOperations: ReadonlySet<number> = new Set(CLIENT_OPERATIONS);

/** True for the ops a client may send; false for every other number, the down ops included. */
export function isClientOperation(op: number): op is ClientOperation {
  return clientOperations.has(op);
}
