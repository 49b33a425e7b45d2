import type { Clock, ConnectionId, NodeAlternative, SessionChange } from '@longwire/domain';
import { encodeReconnectHint } from '@longwire/wire';
import type { CloseName, Frame } from '@longwire/wire';
import type { Logger } from '@longwire/runtime';
import { drawHintNodes } from '../drain/hint-nodes.ts';
import type { ConnectGate, Refusal } from '../limit/connect-gate.ts';
import type { AccessMetrics } from '../metrics.ts';
import type { RoomTable } from '../room/room-table.ts';
import type { Transport, TransportKind } from '../transport/transport.ts';
import type { ClientRequests } from './client-requests.ts';
import { Connection } from './connection.ts';
import type { ConnectionEvents } from './connection.ts';
import type { ConnectionTable } from './connection-table.ts';
import type { Heartbeats } from './heartbeat.ts';
import type { OutboxMarks } from './outbox.ts';
import { LINGER_MS } from './sweeper.ts';

export interface AcceptorOptions {
  readonly gate: ConnectGate;
  readonly table: ConnectionTable;
  readonly rooms: RoomTable;
  readonly requests: ClientRequests;
  readonly heartbeats: Heartbeats;
  readonly marks: OutboxMarks;
  readonly clock: Clock;
  readonly metrics: AccessMetrics;
  readonly logger: Logger;
  readonly nextId: () => ConnectionId;
  readonly onChange: (change: SessionChange) => void;
  /** Other nodes, as far as control has named them. */
  readonly alternatives: () => readonly NodeAlternative[];
  /** In [0, 1). */
  readonly random: () => number;
}

/** Where connections begin and end: lets lines in or turns them away, and tidies up after each that has closed. */
export class Acceptor implements ConnectionEvents {
  readonly #options: AcceptorOptions;
  readonly #counts: Record<TransportKind, number> = { ws: 0, wss: 0, tcp: 0, tls: 0 };

  constructor(options: AcceptorOptions) {
    this.#options = options;
  }

  count(kind: TransportKind): number {
    return this.#counts[kind];
  }

  /** Takes a line that was just opened. One that is refused is told why and closed. */
  accept(transport: Transport): void {
    const { gate, table, heartbeats, marks, clock, metrics, nextId } = this.#options;
    const refusal = gate.judge(transport.remoteAddress);
    const connection = new Connection({
      connectionId: nextId(),
      transport,
      events: this,
      marks,
      connectedAtMs: clock.now(),
      deadlineMs: heartbeats.authDeadline(clock.monotonic()),
    });
    table.add(connection);
    this.#counts[transport.kind] += 1;
    transport.attach(connection);
    if (refusal === null) {
      metrics.connects.inc({ transport: transport.kind });
    } else {
      this.#refuse(connection, refusal);
    }
  }

  /** Says when and where to come back before it closes: clients that were cut together must not return together. */
  #refuse(connection: Connection, { reason, name, afterMs }: Refusal): void {
    const { metrics, alternatives, random } = this.#options;
    metrics.refusals.inc({ reason });
    const nodes = drawHintNodes(alternatives(), random);
    connection.send(encodeReconnectHint({ reason: name === 'drain' ? 'drain' : 'busy', afterMs, nodes }));
    connection.close(name);
  }

  onFrame(connection: Connection, frame: Frame): void {
    this.#options.requests.onFrame(connection, frame);
  }

  onCrash(connection: Connection, err: unknown): void {
    this.#options.metrics.crashes.inc();
    this.#options.logger.error({ err, connectionId: connection.connectionId }, 'connection-crashed');
  }

  onClosed(connection: Connection, name: CloseName | null): void {
    const { table, rooms, clock, metrics, onChange } = this.#options;
    // The session as it was: logic takes it out of these rooms.
    const session = connection.isReported ? connection.toSession() : null;
    connection.deadlineMs = clock.monotonic() + LINGER_MS;
    table.remove(connection);
    this.#counts[connection.transport.kind] -= 1;
    for (const room of connection.rooms.slice()) rooms.leave(room, connection);
    metrics.onClosed(name);
    if (session !== null) onChange({ type: 'close', session });
  }

  onGone(connection: Connection): void {
    this.#options.table.forget(connection);
  }
}
