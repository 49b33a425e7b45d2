import type { Connection } from './connection.ts';
import type { ConnectionTable } from './connection-table.ts';

/** How long a closed connection may take to send its last bytes and say goodbye before its line is cut. */
export const LINGER_MS = 2000;

/**
 * Looks at every connection a few times a second, in place of timers: 20,000 connections cost about a millisecond a
 * look and no memory. Deadlines are late by one look at most.
 */
export class Sweeper {
  readonly #table: ConnectionTable;
  #highWaterBytes = 0;

  constructor(table: ConnectionTable) {
    this.#table = table;
  }

  /** The most that waited for one connection at the last look. */
  get highWaterBytes(): number {
    return this.#highWaterBytes;
  }

  sweep(nowMs: number): void {
    const { connections, lingering } = this.#table;
    let highWaterBytes = 0;
    // From the end: closing one moves the last one into its place.
    for (let index = connections.length - 1; index >= 0; index -= 1) {
      const connection = connections[index];
      if (connection === undefined) continue;
      highWaterBytes = Math.max(highWaterBytes, connection.outbox.pendingBytes);
      if (connection.deadlineMs <= nowMs) this.#closeLate(connection);
      else if (connection.outbox.isOverdue(nowMs)) connection.close('slowConsumer');
    }
    this.#highWaterBytes = highWaterBytes;
    for (const connection of lingering) {
      if (connection.deadlineMs <= nowMs) connection.transport.destroy();
    }
  }

  #closeLate(connection: Connection): void {
    connection.close(connection.state === 'open' ? 'heartbeatTimeout' : 'authTimeout');
  }
}
