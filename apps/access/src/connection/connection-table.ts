import type { ConnectionId, UserId } from '@longwire/domain';
import type { Connection } from './connection.ts';

/** All connections of the node: dense to walk, by id, and by user for those who have authenticated. */
export class ConnectionTable {
  readonly #dense: Connection[] = [];
  readonly #byId = new Map<ConnectionId, Connection>();
  readonly #byUser = new Map<UserId, Connection[]>();
  /** Closed ones whose line is not gone yet. */
  readonly #lingering = new Set<Connection>();

  /** Dense and unordered; do not change it. A walk that may close connections goes from the end to the start. */
  get connections(): readonly Connection[] {
    return this.#dense;
  }

  get lingering(): ReadonlySet<Connection> {
    return this.#lingering;
  }

  get size(): number {
    return this.#dense.length;
  }

  find(connectionId: ConnectionId): Connection | undefined {
    return this.#byId.get(connectionId);
  }

  /** Authenticated connections of a user, oldest first. */
  ofUser(userId: UserId): readonly Connection[] {
    return this.#byUser.get(userId) ?? [];
  }

  add(connection: Connection): void {
    connection.tableIndex = this.#dense.length;
    this.#dense.push(connection);
    this.#byId.set(connection.connectionId, connection);
  }

  /** Lists an authenticated connection under its user; guests are listed nowhere. */
  bindUser(connection: Connection): void {
    if (connection.userId === null) return;
    const listed = this.#byUser.get(connection.userId);
    if (listed === undefined) this.#byUser.set(connection.userId, [connection]);
    else listed.push(connection);
  }

  /** Takes a connection that has just closed out of everything but the lingering ones. */
  remove(connection: Connection): void {
    if (connection.tableIndex < 0) return;
    const moved = this.#dense.pop();
    if (moved !== undefined && moved !== connection) {
      this.#dense[connection.tableIndex] = moved;
      moved.tableIndex = connection.tableIndex;
    }
    connection.tableIndex = -1;
    this.#byId.delete(connection.connectionId);
    this.#unbindUser(connection);
    this.#lingering.add(connection);
  }

  /** The line of a closed connection is gone. */
  forget(connection: Connection): void {
    this.#lingering.delete(connection);
  }

  #unbindUser({ userId, connectionId }: Connection): void {
    if (userId === null) return;
    const listed = this.#byUser.get(userId);
    if (listed === undefined) return;
    const index = listed.findIndex((other) => other.connectionId === connectionId);
    if (index >= 0) listed.splice(index, 1);
    if (listed.length === 0) this.#byUser.delete(userId);
  }
}
