import { parseKeyRing } from '@longwire/auth';
import type { KeyRing } from '@longwire/auth';
import { parseId } from '@longwire/domain';
import type { Bus, ControlApi, LogicApi, NodeId, NodeIncarnation, SessionChange } from '@longwire/domain';
import { openNatsBus } from '@longwire/nats';
import { openControlClient, openLogicClient } from '@longwire/rpc';
import { composeComponents, createBreakerObserver, defineComponent, rateLimited } from '@longwire/runtime';
import type { AppBase, Component } from '@longwire/runtime';
import { createVitalsPublisher, TraceSender } from '@longwire/vitals';
import { composeClients } from './compose-clients.ts';
import { composeDelivery } from './compose-delivery.ts';
import { composeMembership } from './compose-membership.ts';
import { composeRooms } from './compose-rooms.ts';
import type { AccessConfig } from './config.ts';
import { ConnectionTable } from './connection/connection-table.ts';
import { Sweeper } from './connection/sweeper.ts';
import { RecentMessages } from './delivery/dedup.ts';
import { createAccessMetrics, registerAccessGauges } from './metrics.ts';
import { describeNode } from './node/description.ts';
import { PeriodicJobs } from './node/periodic-jobs.ts';
import { registerReadiness } from './node/readiness.ts';
import { takeRoomsToRefresh } from './room/room-facts.ts';
import { ZoneIndex } from './room/zones.ts';
import { SessionReporter } from './session/session-reporter.ts';
import { accessVitals } from './vitals.ts';

/** Everything an access node needs from outside. The node is named `nodeName`. */
export interface AccessPorts extends AppBase {
  readonly bulkBus: Bus;
  readonly expressBus: Bus;
  readonly logic: LogicApi;
  readonly control: ControlApi;
  readonly keyRing: KeyRing;
  /** Uniform in [0, 1); default Math.random. */
  readonly random?: () => number;
}

export interface AccessApp extends Component {
  /** Addresses as clients dial them, once started; null for what is not offered. */
  describe(): AccessAddresses;
}

export interface AccessAddresses extends Record<string, unknown> {
  readonly nodeId: string;
  readonly ws: string;
  readonly tcp: string;
  readonly ports: Readonly<Record<'ws' | 'wss' | 'tcp' | 'tls', number | null>>;
}

const SWEEP_MS = 250;
const SECOND_MS = 1000;
const DEMAND_SNAPSHOT_MS = 5000;
const LAST_REPORTS_MS = 500;
/** Ids of connections are made of the node's and must be ids themselves, of at most 64 characters. */
const MAX_NODE_ID_LENGTH = 40;

/** Composes an access node from its ports; nothing is opened before the start. The ports stay the caller's. */
export function createAccessApp(config: AccessConfig, ports: AccessPorts): AccessApp {
  const { clock, bulkBus, expressBus, logic, control, random = Math.random } = ports;
  const node = nodeOf(ports);
  const { nodeId } = node;
  const logger = rateLimited(ports.logger.child({ app: 'access' }), clock, 10_000);
  const metrics = createAccessMetrics(ports.metrics);
  const traces = new TraceSender({
    process: nodeId,
    bus: bulkBus,
    clock,
    onSpans: (outcome, count) => metrics.traceSpans.inc({ outcome }, count),
  });

  // What is here: connections, the rooms they are in, the zones of these.
  const table = new ConnectionTable();
  const zones = new ZoneIndex();
  const recent = new RecentMessages();
  const { rooms, facts, demand, resume, dictionaries, pacer } = composeRooms(config, {
    node,
    bulkBus,
    expressBus,
    logic,
    clock,
    logger,
    metrics,
    zones,
    recent,
    traces,
  });

  // What comes over the bus for many and for this node alone, and the receipts and arrivals that go up.
  const delivery = composeDelivery(config, {
    node,
    traces,
    bulkBus,
    expressBus,
    clock,
    metrics,
    table,
    zones,
    recent,
    rooms,
    demand,
    resume,
    dictionaries,
  });

  // What goes up to logic: sessions and uplinks.
  const reporter = new SessionReporter({
    logic,
    node,
    clock,
    sources: () => table.connections.filter((connection) => connection.isReported),
    onReport: (outcome, changes) => metrics.onReport(outcome, changes),
    onSnapshot: () => metrics.snapshots.inc(),
    onDigest: (outcome) => metrics.digests.inc({ outcome }),
  });
  const onChange = (change: SessionChange): void => {
    if (change.type === 'join' || change.type === 'leave') metrics.roomChanges.inc({ change: change.type });
    reporter.note(change);
  };

  // How clients come in, and what they ask for.
  const { acceptor, gate, listeners } = composeClients(config, {
    node,
    clock,
    logger,
    metrics,
    keyRing: ports.keyRing,
    table,
    rooms,
    reporter,
    onChange,
    onArrival: (connection) => delivery.arrivals.send(connection),
    onAck: (connection, messageIds) => delivery.acks.take(connection, messageIds),
    alternatives: () => lease.alternatives,
    random,
    onResume: (connection, request) => resume.resumes.resume(connection, request),
  });

  // How the node is known to control, and how it goes.
  const membership = composeMembership(config, {
    node,
    control,
    clock,
    logger,
    metrics,
    table,
    gate,
    listeners,
    random,
  });
  const { lease, drain, exit } = membership;

  const sweeper = new Sweeper(table);
  const upkeep = new PeriodicJobs(
    [
      { name: 'sweep', periodMs: SWEEP_MS, run: () => sweeper.sweep(clock.monotonic()) },
      { name: 'rooms', periodMs: SECOND_MS, run: () => rooms.sweep() },
      {
        name: 'room-facts',
        periodMs: SECOND_MS,
        run: () => facts.refresh(takeRoomsToRefresh(rooms.rooms(), clock.monotonic())),
      },
      { name: 'dictionaries', periodMs: SECOND_MS, run: () => dictionaries.sweep() },
      { name: 'resume', periodMs: SECOND_MS, run: () => resume.sweep() },
      { name: 'demand', periodMs: DEMAND_SNAPSHOT_MS, run: () => demand.publishSnapshot() },
      { name: 'certificate', periodMs: config.tlsReloadMs, run: () => listeners.reloadCertificate() },
    ],
    { clock, logger },
  );
  const reloadOnHangup = (): void => void listeners.reloadCertificate();
  let forgetReadiness = (): void => undefined;

  registerAccessGauges(ports.metrics, {
    connections: (kind) => acceptor.count(kind),
    rooms: () => rooms.size,
    fanOutsUnderWay: () => pacer.underWay,
    fanOutBytes: () => pacer.sizeBytes,
    outboxHighWaterBytes: () => sweeper.highWaterBytes,
    reportsQueued: () => reporter.queued,
    drainProgress: () => drain.progress,
    historyBytes: resume.historyBytes,
    recentIdsBytes: () => resume.recentKeys.sizeBytes,
    dictionaryBytes: () => dictionaries.sizeBytes,
  });

  const component = composeComponents(
    'access',
    [
      delivery.component,
      defineComponent({
        name: 'access-sessions',
        start: () => reporter.start(),
        stop: () => reporter.stop(LAST_REPORTS_MS),
      }),
      defineComponent({ name: 'access-upkeep', start: () => upkeep.start(), stop: () => upkeep.stop() }),
      defineComponent({
        name: 'access-listeners',
        start: async () => {
          await listeners.start();
          if (listeners.hasTls) process.on('SIGHUP', reloadOnHangup);
        },
        drain: (deadlineMs) => exit.leave(deadlineMs),
        stop: () => {
          process.off('SIGHUP', reloadOnHangup);
          return exit.finish();
        },
      }),
      defineComponent({ name: 'access-lease', start: membership.start, stop: membership.stop }),
      defineComponent({
        name: 'access-readiness',
        start: () => {
          forgetReadiness = registerReadiness({
            health: ports.health,
            bulkBus,
            expressBus,
            logic,
            isInSync: () => reporter.isInSync,
            isControlAnswering: () => lease.isAnswered,
            isLeaving: () => exit.isLeaving,
          });
        },
        stop: () => forgetReadiness(),
      }),
    ],
    { logger, clock },
  );

  return {
    ...component,
    describe: () => {
      const { wsUrl, tcpAddress } = describeNode(node, config, listeners);
      const portOf = (kind: 'ws' | 'wss' | 'tcp' | 'tls'): number | null => listeners.portOf(kind);
      return {
        nodeId,
        ws: wsUrl,
        tcp: tcpAddress,
        ports: { ws: portOf('ws'), wss: portOf('wss'), tcp: portOf('tcp'), tls: portOf('tls') },
      };
    },
  };
}

/** Connects the distributed adapters and composes the node, which then owns them. */
export async function openAccessApp(config: AccessConfig, base: AppBase): Promise<AccessApp> {
  const { clock, logger, nodeName } = base;
  nodeOf(base);
  const keyRing = parseKeyRing(config.tokenKeys);
  const bus = { url: config.natsUrl, name: nodeName, logger, clock };
  const bulkBus = await openNatsBus({ ...bus, lane: 'bulk' });
  const expressBus = await openNatsBus({ ...bus, lane: 'express' }).catch(async (caught: unknown) => {
    await bulkBus.close();
    throw caught;
  });
  const breakers = createBreakerObserver(base.metrics);
  const logic = openLogicClient({ addresses: config.logicGrpc, logger, clock, onBreaker: breakers('logic') });
  const control = openControlClient({ addresses: config.controlGrpc, logger, clock, onBreaker: breakers('control') });
  const adapters = defineComponent({
    name: 'access-adapters',
    stop: async () => {
      logic.close();
      control.close();
      await Promise.all([bulkBus.close(), expressBus.close()]);
    },
  });
  const app = createAccessApp(config, { ...base, bulkBus, expressBus, logic, control, keyRing });
  const vitals = createVitalsPublisher({ ...base, process: nodeName, bus: bulkBus, tiers: [{ table: accessVitals }] });
  return { ...composeComponents('access', [adapters, vitals, app], { logger, clock }), describe: () => app.describe() };
}

/** Throws when the node cannot be called that. */
function nodeOf({ nodeName, clock }: Pick<AppBase, 'nodeName' | 'clock'>): NodeIncarnation {
  const nodeId = parseId<NodeId>(nodeName);
  if (nodeId === undefined || nodeId.length > MAX_NODE_ID_LENGTH) {
    throw new Error(`the node id must be an id of at most ${MAX_NODE_ID_LENGTH} characters (LONGWIRE_NODE_ID)`);
  }
  return { nodeId, incarnation: clock.now() };
}
