import type { TokenClaims, TokenOpener } from '@longwire/auth';
import type { Clock, SessionChange } from '@longwire/domain';
import { AUTH_DEADLINE_MS, encodeAuthReply, REPLY_CODES } from '@longwire/wire';
import type { AuthRequest, CloseName } from '@longwire/wire';
import type { RoomTable } from '../room/room-table.ts';
import type { Room } from '../room/room.ts';
import type { Connection } from './connection.ts';
import type { ConnectionTable } from './connection-table.ts';
import type { Heartbeats } from './heartbeat.ts';

const MAX_PLATFORM_LENGTH = 32;

export interface HandshakeOptions {
  /** Calls nobody: whom a token names is in the token. */
  readonly tokenOpener: TokenOpener;
  readonly table: ConnectionTable;
  readonly rooms: RoomTable;
  readonly heartbeats: Heartbeats;
  readonly clock: Clock;
  readonly maxConnectionsPerUser: number;
  readonly onChange: (change: SessionChange) => void;
  /** A connection was authenticated and has its reply: what is pending for it may be sent. */
  readonly onArrival: (connection: Connection) => void;
  readonly onResult: (result: 'accepted' | CloseName) => void;
}

/** Op 7: turns a new connection into one that is somebody, in its first room if it asked for one. */
export class Handshake {
  readonly #options: HandshakeOptions;

  constructor(options: HandshakeOptions) {
    this.#options = options;
  }

  /**
   * Accepts or refuses. The reply goes out when the room asked for is in effect, at once without one; a push made after
   * the client has the reply reaches it. `onOpen` runs right after the reply.
   */
  authenticate(connection: Connection, request: AuthRequest, onOpen: () => void): void {
    const outcome = this.#options.tokenOpener.open(request.token);
    if (!outcome.ok) {
      this.#refuse(connection, request, outcome.reason === 'expired' ? 'tokenExpired' : 'tokenInvalid');
      return;
    }
    if (request.userId !== null && request.userId !== outcome.claims.userId) {
      this.#refuse(connection, request, 'foreignUser');
      return;
    }
    this.#identify(connection, request, outcome.claims);
    if (request.roomId === null) {
      this.#open(connection, request, null, onOpen);
      return;
    }
    const room = this.#options.rooms.hold(request.roomId);
    if (room.isReady) this.#open(connection, request, room, onOpen);
    else void room.ready.then(() => this.#open(connection, request, room, onOpen));
  }

  #refuse(connection: Connection, { seq }: AuthRequest, name: CloseName): void {
    this.#options.onResult(name);
    connection.send(encodeAuthReply({ seq, code: REPLY_CODES.unauthenticated.code }));
    connection.close(name);
  }

  #identify(connection: Connection, request: AuthRequest, claims: TokenClaims): void {
    connection.userId = claims.userId;
    connection.deviceId = claims.deviceId;
    connection.platform = (claims.platform ?? request.platform ?? '').slice(0, MAX_PLATFORM_LENGTH);
    connection.setProtover(request.protover);
    connection.state = 'joining';
    // The auth came in time; waiting for the room is on us.
    connection.deadlineMs = this.#options.clock.monotonic() + AUTH_DEADLINE_MS;
  }

  #open(connection: Connection, { seq }: AuthRequest, room: Room | null, onOpen: () => void): void {
    const { rooms, heartbeats, table, clock, onChange, onArrival, onResult } = this.#options;
    if (room !== null) rooms.releaseHold(room);
    if (connection.isClosed) return;
    try {
      connection.state = 'open';
      heartbeats.extend(connection, clock.monotonic());
      if (room !== null) rooms.add(room, connection);
      this.#makePlaceFor(connection);
      table.bindUser(connection);
      connection.isReported = true;
      onChange({ type: 'open', session: connection.toSession() });
      connection.send(encodeAuthReply({ seq, code: REPLY_CODES.ok.code }));
      onArrival(connection);
      onResult('accepted');
      onOpen();
    } catch (caught) {
      connection.crash(caught);
    }
  }

  /** Closes the user's oldest connections until there is room for one more. */
  #makePlaceFor({ userId }: Connection): void {
    if (userId === null) return;
    const listed = this.#options.table.ofUser(userId);
    for (let oldest = listed[0]; oldest !== undefined; oldest = listed[0]) {
      if (listed.length < this.#options.maxConnectionsPerUser) return;
      oldest.close('replaced');
    }
  }
}
