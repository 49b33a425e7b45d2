import { AUTH_DEADLINE_MS, encodeHeartbeatReply, HEARTBEAT_TIMEOUT_FACTOR } from '@longwire/wire';
import type { Connection } from './connection.ts';

/** The two deadlines of a connection's life, both by the monotonic clock and enforced by the sweep. */
export class Heartbeats {
  readonly #timeoutMs: number;

  constructor(heartbeatMs: number) {
    this.#timeoutMs = heartbeatMs * HEARTBEAT_TIMEOUT_FACTOR;
  }

  /** A connection that opens now must have authenticated by then. */
  authDeadline(nowMs: number): number {
    return nowMs + AUTH_DEADLINE_MS;
  }

  /** Auth and op 2 give a connection this long. */
  extend(connection: Connection, nowMs: number): void {
    connection.deadlineMs = nowMs + this.#timeoutMs;
  }

  /** Takes op 2: extends the deadline and answers with the online count of the room joined first. */
  answer(connection: Connection, seq: number, nowMs: number): void {
    this.extend(connection, nowMs);
    const room = connection.currentRoom;
    if (room !== undefined) room.wasAsked = true;
    connection.send(encodeHeartbeatReply({ seq, online: room?.online ?? 0 }));
  }
}
