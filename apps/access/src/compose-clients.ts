import { createTokenOpener } from '@longwire/auth';
import type { KeyRing } from '@longwire/auth';
import type { Clock, MessageId, NodeAlternative, NodeIncarnation, SessionChange } from '@longwire/domain';
import { createRateLimiter, StormGate } from '@longwire/runtime';
import type { Logger } from '@longwire/runtime';
import type { AccessConfig } from './config.ts';
import { Acceptor } from './connection/acceptor.ts';
import { ClientRequests } from './connection/client-requests.ts';
import { connectionIdsOf } from './connection/connection-ids.ts';
import type { ConnectionTable } from './connection/connection-table.ts';
import type { Connection } from './connection/connection.ts';
import { Handshake } from './connection/handshake.ts';
import { Heartbeats } from './connection/heartbeat.ts';
import { RoomRequests } from './connection/room-requests.ts';
import { Uplinks } from './connection/uplinks.ts';
import { ConnectGate } from './limit/connect-gate.ts';
import type { AccessMetrics } from './metrics.ts';
import type { RoomTable } from './room/room-table.ts';
import type { ResumeRequest } from './resume/resumes.ts';
import type { SessionReporter } from './session/session-reporter.ts';
import { ListenerGroup } from './transport/listener-group.ts';

/** What the client side of a node works on, and whom it tells. */
export interface ClientsOptions {
  readonly node: NodeIncarnation;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: AccessMetrics;
  readonly keyRing: KeyRing;
  readonly table: ConnectionTable;
  readonly rooms: RoomTable;
  readonly reporter: SessionReporter;
  readonly onChange: (change: SessionChange) => void;
  readonly onArrival: (connection: Connection) => void;
  readonly onAck: (connection: Connection, messageIds: readonly MessageId[]) => void;
  readonly onResume: (connection: Connection, request: ResumeRequest) => void;
  readonly alternatives: () => readonly NodeAlternative[];
  readonly random: () => number;
}

/** The side of a node that faces clients. */
export interface Clients {
  readonly acceptor: Acceptor;
  readonly gate: ConnectGate;
  readonly listeners: ListenerGroup;
}

const MAX_RATE_KEYS = 100_000;

/** Composes the ports clients come in by, who lets them in, and who answers what they ask for. Opens nothing. */
export function composeClients(config: AccessConfig, options: ClientsOptions): Clients {
  const { node, clock, logger, metrics, table, rooms, reporter, onChange, onArrival, onAck, onResume } = options;
  const heartbeats = new Heartbeats(config.heartbeatMs);
  const handshake = new Handshake({
    tokenOpener: createTokenOpener(options.keyRing, { clock }),
    table,
    rooms,
    heartbeats,
    clock,
    maxConnectionsPerUser: config.maxConnectionsPerUser,
    onChange,
    onArrival,
    onResult: (result) => metrics.auths.inc({ result }),
  });
  const uplinks = new Uplinks({
    clock,
    submit: (uplink) => reporter.sendUplink(uplink),
    onResult: (result) => metrics.uplinks.inc({ result }),
  });
  const requests = new ClientRequests({
    handshake,
    heartbeats,
    roomRequests: new RoomRequests({ rooms, onChange }),
    uplinks,
    clock,
    maxFramesPerSec: config.maxFramesPerSec,
    onAck,
    onResume,
    onFrameIn: (kind) => metrics.framesIn.inc({ kind }),
  });
  const { connectRate: ratePerSec, connectBurst: burst, maxConnections } = config;
  const gate = new ConnectGate({
    limiter: createRateLimiter({ ratePerSec, burst, maxKeys: MAX_RATE_KEYS, clock }),
    storm: new StormGate({ ratePerSec: config.acceptRate, burst: config.acceptBurst, clock, random: options.random }),
    maxConnections,
    count: () => table.size,
  });
  const acceptor = new Acceptor({
    gate,
    table,
    rooms,
    requests,
    heartbeats,
    marks: {
      bulkMarkBytes: config.outboxMarkBytes,
      boundBytes: config.outboxBoundBytes,
      maxAgeMs: config.outboxMaxAgeMs,
    },
    clock,
    metrics,
    logger,
    nextId: connectionIdsOf(node),
    onChange,
    alternatives: options.alternatives,
    random: options.random,
  });
  const listeners = new ListenerGroup({
    host: config.host,
    ports: { ws: config.wsPort, tcp: config.tcpPort, wss: config.wssPort, tls: config.tlsPort },
    hasPlain: config.plainTransports,
    reusePort: config.reusePort,
    certificate: certificateOf(config),
    // Above the gate's bound, so that those it refuses are still told why.
    maxSockets: Math.ceil(maxConnections * 1.1) + 100,
    accept: (transport) => acceptor.accept(transport),
    logger,
    onReload: (outcome) => metrics.tlsReloads.inc({ outcome }),
  });
  return { acceptor, gate, listeners };
}

function certificateOf({ tlsCertFile, tlsKeyFile }: AccessConfig) {
  return tlsCertFile === null || tlsKeyFile === null ? null : { certFile: tlsCertFile, keyFile: tlsKeyFile };
}
