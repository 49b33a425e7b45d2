import { LANES } from '@longwire/domain';
import type { Encoding, Lane, ReportOutcome } from '@longwire/domain';
import { CLOSE_CODES } from '@longwire/wire';
import type { CloseName } from '@longwire/wire';
import { holdCounters, holdHistogram } from '@longwire/runtime';
import type { HeldHistogram, MetricsRegistry } from '@longwire/runtime';
import type { OnRecoded } from './delivery/encoded-batch.ts';
import { TRANSPORT_KINDS } from './transport/transport.ts';
import type { TransportKind } from './transport/transport.ts';

/** What gauges show, read at each scrape. */
export interface AccessGauges {
  readonly connections: (kind: TransportKind) => number;
  readonly rooms: () => number;
  readonly fanOutsUnderWay: () => number;
  readonly fanOutBytes: () => number;
  readonly outboxHighWaterBytes: () => number;
  readonly reportsQueued: () => number;
  readonly drainProgress: () => { readonly waiting: number; readonly hinted: number };
  readonly historyBytes: () => number;
  readonly recentIdsBytes: () => number;
  readonly dictionaryBytes: () => number;
}

/** What was given to connections at one time. */
export interface FramesOut {
  readonly frames: number;
  readonly messages: number;
  readonly sizeBytes: number;
}

const BATCH_DELAY_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2.5, 5];

/** Every metric of an access node. */
export type AccessMetrics = ReturnType<typeof createAccessMetrics>;

/** Defines the metrics of an access node in the registry; once per registry. */
export function createAccessMetrics(registry: MetricsRegistry) {
  const addFramesOut = framesOutAdder(registry);
  const recoded = registry.counter<'encoding'>({
    name: 'longwire_access_recoded_total',
    help: 'Encodings of a batch made here because they did not come along.',
    labels: ['encoding'],
  });
  const closes = registry.counter<'code'>({
    name: 'longwire_access_closes_total',
    help: 'Connections closed, by close code; `client` when the client or the network ended it.',
    labels: ['code'],
  });
  const reports = registry.counter<'outcome'>({
    name: 'longwire_access_session_reports_total',
    help: 'Session reports to logic, by outcome.',
    labels: ['outcome'],
  });
  const changes = registry.counter({
    name: 'longwire_access_session_changes_total',
    help: 'Session changes in reports that logic applied.',
  });
  return {
    ...deliveryMetrics(registry),
    ...clientMetrics(registry),
    addFramesOut,
    onRecoded: ((encoding: Encoding) => recoded.inc({ encoding })) satisfies OnRecoded,
    onClosed(name: CloseName | null): void {
      closes.inc({ code: name === null ? 'client' : String(CLOSE_CODES[name].code) });
    },
    onReport(outcome: ReportOutcome, changeCount: number): void {
      reports.inc({ outcome });
      if (outcome === 'applied' && changeCount > 0) changes.inc(changeCount);
    },
    digests: registry.counter({
      name: 'longwire_access_digests_total',
      help: 'Digests of its sessions that the node sent to logic; answered resync when something had been lost.',
      labels: ['outcome'],
    }),
    snapshots: registry.counter({
      name: 'longwire_access_resyncs_total',
      help: 'Snapshots of all sessions that were begun.',
    }),
    tlsReloads: registry.counter<'outcome'>({
      name: 'longwire_access_tls_reloads_total',
      help: 'Certificates replaced without a restart, and attempts that failed.',
      labels: ['outcome'],
    }),
    drained: registry.counter<'how'>({
      name: 'longwire_access_drained_total',
      help: 'Hinted clients whose time was over: left by themselves, or closed.',
      labels: ['how'],
    }),
    traceSpans: registry.counter<'outcome'>({
      name: 'longwire_access_trace_spans_total',
      help: 'Spans of traced messages: sent, or dropped because there were more than 500 in a second.',
      labels: ['outcome'],
    }),
    drainHints: registry.counter({
      name: 'longwire_access_drain_hints_total',
      help: 'Clients told to reconnect elsewhere.',
    }),
  };
}

/** Adds what was given to connections; `messages` are those in all of the frames together. Held: it is called per batch. */
function framesOutAdder(registry: MetricsRegistry): (lane: Lane, out: FramesOut) => void {
  const framesOut = registry.counter<'lane'>({
    name: 'longwire_access_frames_out_total',
    help: 'Messages and batches offered to connections and taken, by lane; replies not counted.',
    labels: ['lane'],
  });
  const messagesOut = registry.counter<'lane'>({
    name: 'longwire_access_messages_out_total',
    help: 'Messages in these: one per message and connection.',
    labels: ['lane'],
  });
  const bytesOut = registry.counter<'lane'>({
    name: 'longwire_access_bytes_out_total',
    help: 'Bytes of these, WebSocket framing included.',
    labels: ['lane'],
  });
  const held = {
    frames: holdCounters(framesOut, LANES, (lane) => ({ lane })),
    messages: holdCounters(messagesOut, LANES, (lane) => ({ lane })),
    sizeBytes: holdCounters(bytesOut, LANES, (lane) => ({ lane })),
  };
  return (lane, { frames, messages, sizeBytes }) => {
    held.frames[lane].inc(frames);
    held.messages[lane].inc(messages);
    held.sizeBytes[lane].inc(sizeBytes);
  };
}

/** Counts what was written to many connections. Held as well. */
function fanOutCounts(registry: MetricsRegistry) {
  const counter = registry.counter<'kind'>({
    name: 'longwire_access_fan_outs_total',
    help: 'Batches and messages written to many connections: room, room-express, zone, all.',
    labels: ['kind'],
  });
  const held = holdCounters(counter, ['room', 'room-express', 'zone', 'all'], (kind) => ({ kind }));
  return { inc: ({ kind }: { readonly kind: keyof typeof held }) => held[kind].inc() };
}

/** By lane. Held, since one is taken per batch. */
function batchDelays(registry: MetricsRegistry): Readonly<Record<Lane, HeldHistogram>> {
  const delays = registry.histogram<'lane'>({
    name: 'longwire_access_batch_delay_seconds',
    help: 'From the acceptance of the oldest message of a batch, by the clock of the service process, to its first write here; once per batch, not for what is sent again.',
    labels: ['lane'],
    buckets: BATCH_DELAY_BUCKETS,
  });
  return { bulk: holdHistogram(delays, { lane: 'bulk' }), express: holdHistogram(delays, { lane: 'express' }) };
}

function deliveryMetrics(registry: MetricsRegistry) {
  return {
    fanOuts: fanOutCounts(registry),
    pacedBatches: registry.counter<'end'>({
      name: 'longwire_access_paced_batches_total',
      help: 'Room batches that one turn had no place for: written in turns, merged (likewise, in one write with the batch before, since the node was behind), settled (the rest at once: a dictionary came, or the room ended).',
      labels: ['end'],
    }),
    batchDelay: batchDelays(registry),
    shed: registry.counter<'reason'>({
      name: 'longwire_access_shed_total',
      help: 'Bulk frames not given to a connection: outbox (it lags), pacer (too much waits to be written), unreadable.',
      labels: ['reason'],
    }),
    dictionaries: registry.counter<'outcome'>({
      name: 'longwire_access_dictionaries_total',
      help: 'Room dictionaries that came, by outcome: taken, known, full (no place for it), malformed.',
      labels: ['outcome'],
    }),
    dictionariesOut: registry.counter<'outcome'>({
      name: 'longwire_access_dictionaries_out_total',
      help: 'Room dictionaries for connections: sent, or shed; those get batches without one.',
      labels: ['outcome'],
    }),
    dictionaryBytesOut: registry.counter({
      name: 'longwire_access_dictionary_bytes_out_total',
      help: 'Bytes of dictionaries sent to connections.',
    }),
    staleBatches: registry.counter({
      name: 'longwire_access_stale_batches_total',
      help: 'Room batches dropped: a newer owner of their partition has sent since, or members have had them already.',
    }),
    malformed: registry.counter<'topic'>({
      name: 'longwire_access_malformed_total',
      help: 'Payloads of the bus that could not be read, by topic.',
      labels: ['topic'],
    }),
    copies: registry.counter<'kind'>({
      name: 'longwire_access_copies_total',
      help: 'Express messages not written again: the second copy (direct, room, zone, all), or acked already (acked).',
      labels: ['kind'],
    }),
    missedDeliveries: registry.counter({
      name: 'longwire_access_missed_deliveries_total',
      help: 'Direct messages for connections that were no longer here.',
    }),
    resumes: registry.counter<'outcome'>({
      name: 'longwire_access_resumes_total',
      help: 'Op 22 of clients: recovered from here, after asking the owner; gone, late (the owner did not answer), refused.',
      labels: ['outcome'],
    }),
    historyAsks: registry.counter<'outcome'>({
      name: 'longwire_access_history_asks_total',
      help: 'Questions to partition owners for what a room has had: answered, unknown, silent, malformed.',
      labels: ['outcome'],
    }),
    repaired: registry.counter({
      name: 'longwire_access_repaired_messages_total',
      help: 'Room messages that this node had missed and got from the owner along with an answer.',
    }),
    historyShortened: registry.counter({
      name: 'longwire_access_history_shortened_total',
      help: 'Room messages forgotten before their time because a bound of bytes was reached.',
    }),
    recentIdsShortened: registry.counter({
      name: 'longwire_access_recent_ids_shortened_total',
      help: 'Ids of room messages, remembered for a new owner, that were forgotten before their time because of their number.',
    }),
    acks: registry.counter<'outcome'>({
      name: 'longwire_access_acks_total',
      help: 'Receipts of clients passed on, or lost because the bus was cut off.',
      labels: ['outcome'],
    }),
  };
}

function clientMetrics(registry: MetricsRegistry) {
  return {
    framesIn: registry.counter<'kind'>({
      name: 'longwire_access_frames_in_total',
      help: 'Frames of clients that were taken, by kind.',
      labels: ['kind'],
    }),
    connects: registry.counter<'transport'>({
      name: 'longwire_access_connects_total',
      help: 'Connections that were let in, by transport.',
      labels: ['transport'],
    }),
    auths: registry.counter<'result'>({
      name: 'longwire_access_auths_total',
      help: 'Auth frames, by result: accepted or the name of the close code.',
      labels: ['result'],
    }),
    refusals: registry.counter<'reason'>({
      name: 'longwire_access_refused_connects_total',
      help: 'Clients turned away before they said anything: drain, overloaded, connectRateLimited (of one address), storm (all addresses).',
      labels: ['reason'],
    }),
    roomChanges: registry.counter<'change'>({
      name: 'longwire_access_room_changes_total',
      help: 'Rooms joined and left by connections.',
      labels: ['change'],
    }),
    uplinks: registry.counter<'result'>({
      name: 'longwire_access_uplinks_total',
      help: 'Op 18 of clients: applied, refused (logic did not take it), limited (too many at once).',
      labels: ['result'],
    }),
    crashes: registry.counter({
      name: 'longwire_access_connection_crashes_total',
      help: 'Connections closed because handling them threw: each is a defect.',
    }),
    factFailures: registry.counter({
      name: 'longwire_access_room_lookup_failures_total',
      help: 'Lookups of zone and online count that logic did not answer.',
    }),
  };
}

/** Defines the gauges, which are read from the running node. */
export function registerAccessGauges(registry: MetricsRegistry, gauges: AccessGauges): void {
  registry.gauge<'transport'>({
    name: 'longwire_access_connections_count',
    help: 'Connections now, by transport, authenticated or not.',
    labels: ['transport'],
    collect: (gauge) => {
      for (const kind of TRANSPORT_KINDS) gauge.set({ transport: kind }, gauges.connections(kind));
    },
  });
  registry.gauge({
    name: 'longwire_access_rooms_count',
    help: 'Rooms this node is subscribed to.',
    collect: (gauge) => gauge.set(gauges.rooms()),
  });
  registry.gauge({
    name: 'longwire_access_fan_outs_under_way_count',
    help: 'Rooms that have a batch which is not written to all members yet.',
    collect: (gauge) => gauge.set(gauges.fanOutsUnderWay()),
  });
  registry.gauge({
    name: 'longwire_access_fan_out_bytes',
    help: 'Bytes of these batches; at most 32 MiB, and 256 KiB for a room that has more than one.',
    collect: (gauge) => gauge.set(gauges.fanOutBytes()),
  });
  registry.gauge({
    name: 'longwire_access_outbox_high_water_bytes',
    help: 'The most bytes that waited for one connection at the last look.',
    collect: (gauge) => gauge.set(gauges.outboxHighWaterBytes()),
  });
  registry.gauge({
    name: 'longwire_access_history_bytes',
    help: 'Bytes of room batches kept for clients that resume, and of answers remembered for a crowd, for a second.',
    collect: (gauge) => gauge.set(gauges.historyBytes()),
  });
  registry.gauge({
    name: 'longwire_access_recent_ids_bytes',
    help: 'Bytes in which ids of room messages are remembered for a new owner.',
    collect: (gauge) => gauge.set(gauges.recentIdsBytes()),
  });
  registry.gauge({
    name: 'longwire_access_dictionary_bytes',
    help: 'Bytes of room dictionaries, kept for members and for kept batches that came with one.',
    collect: (gauge) => gauge.set(gauges.dictionaryBytes()),
  });
  registry.gauge({
    name: 'longwire_access_report_queue_count',
    help: 'Session changes and uplinks that wait to be sent to logic.',
    collect: (gauge) => gauge.set(gauges.reportsQueued()),
  });
  registry.gauge<'state'>({
    name: 'longwire_access_draining_count',
    help: 'Clients of a draining node: waiting for their hint, or hinted and still here; both 0 when none drains.',
    labels: ['state'],
    collect: (gauge) => {
      const { waiting, hinted } = gauges.drainProgress();
      gauge.set({ state: 'waiting' }, waiting);
      gauge.set({ state: 'hinted' }, hinted);
    },
  });
}
