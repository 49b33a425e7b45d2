import { ENCODINGS } from '@longwire/domain';
import type { MetricsRegistry } from '@longwire/runtime';

const LATENCY_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2.5];
const COMPRESSION_BUCKETS = [0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1];
const BATCH_BUCKETS = [1, 2, 5, 10, 20, 50, 100, 200];

/** Every metric of the dispatch app. Sizes in bytes, times in seconds. */
export type DispatchMetrics = ReturnType<typeof createDispatchMetrics>;

export function createDispatchMetrics(registry: MetricsRegistry) {
  return { ...roomMetrics(registry), ...partitionMetrics(registry), ...expressMetrics(registry) };
}

function roomMetrics(registry: MetricsRegistry) {
  const compressions = registry.counter({
    name: 'longwire_dispatch_compressions_total',
    help: 'Compressions run; one per batch and encoding, and one more where the best quality was late.',
    labels: ['encoding'],
  });
  for (const encoding of ENCODINGS) if (encoding !== 'plain') compressions.inc({ encoding }, 0);
  return {
    compressions,
    messagesTaken: registry.counter({
      name: 'longwire_dispatch_room_messages_taken_total',
      help: 'Room messages taken into a window.',
    }),
    duplicates: registry.counter({
      name: 'longwire_dispatch_room_duplicates_total',
      help: 'Room messages answered as taken and not taken again, since their id was seen shortly before.',
    }),
    idsTakenUp: registry.counter({
      name: 'longwire_dispatch_room_ids_taken_up_total',
      help: 'Ids of room messages of an owner before that access nodes named, so that a push that comes again is known.',
    }),
    overloaded: registry.counter({
      name: 'longwire_dispatch_room_overloaded_total',
      help: 'Room messages refused because a bound was reached.',
      labels: ['bound'],
    }),
    shed: registry.counter({
      name: 'longwire_dispatch_room_messages_shed_total',
      help: 'Room messages answered as taken and left out, since their room got more than it may; by class: normal, low.',
      labels: ['class'],
    }),
    malformed: registry.counter({
      name: 'longwire_dispatch_malformed_total',
      help: 'Payloads from the bus that could not be read and were dropped.',
      labels: ['topic'],
    }),
    stale: registry.counter({
      name: 'longwire_dispatch_stale_messages_total',
      help: 'Room messages dropped or refused because the partition was no longer held.',
    }),
    batches: registry.counter({
      name: 'longwire_dispatch_batches_forwarded_total',
      help: 'Batches (one frame per viewer each) handed to the bus, by why their window ended.',
      labels: ['reason'],
    }),
    lostBatches: registry.counter({
      name: 'longwire_dispatch_batches_lost_total',
      help: 'Batches dropped because the bus was cut off, full, or the batch could not be encoded.',
    }),
    batchMessages: registry.histogram({
      name: 'longwire_dispatch_batch_messages',
      help: 'Messages per forwarded batch.',
      buckets: BATCH_BUCKETS,
    }),
    flushLatency: registry.histogram({
      name: 'longwire_dispatch_flush_latency_seconds',
      help: 'From taking the first message of a batch to handing the batch to the bus.',
      buckets: LATENCY_BUCKETS,
    }),
    rawBytes: registry.counter({
      name: 'longwire_dispatch_encoded_raw_bytes_total',
      help: 'Bytes of plain frames that went into an encoding.',
      labels: ['encoding'],
    }),
    encodedBytes: registry.counter({
      name: 'longwire_dispatch_encoded_bytes_total',
      help: 'Bytes that came out of an encoding.',
      labels: ['encoding'],
    }),
    compressionTime: registry.histogram({
      name: 'longwire_dispatch_compression_seconds',
      help: 'Time of one compression, of those that this thread does itself.',
      labels: ['encoding'],
      buckets: COMPRESSION_BUCKETS,
    }),
    unrated: registry.counter({
      name: 'longwire_dispatch_unrated_batches_total',
      help: 'Batches of rooms whose rate is not measured, since 20000 rooms are already.',
    }),
    traceSpans: registry.counter({
      name: 'longwire_dispatch_trace_spans_total',
      help: 'Spans of traced messages: sent, or dropped because there were more than 500 in a second.',
      labels: ['outcome'],
    }),
    qualities: registry.counter({
      name: 'longwire_dispatch_brotli_quality_total',
      help: 'Compressions by brotli, without a dictionary and with one, by quality: 5 and 7 at once, 11 within its share.',
      labels: ['encoding', 'quality'],
    }),
    bestTime: registry.counter({
      name: 'longwire_dispatch_best_quality_seconds_total',
      help: 'Time of the compressions of quality 11, from handing one to another thread to its end.',
    }),
    lateBest: registry.counter({
      name: 'longwire_dispatch_best_quality_late_total',
      help: 'Compressions of quality 11 that were not ready in time: the batch left in a lower one.',
    }),
    dictionaries: registry.counter({
      name: 'longwire_dispatch_dictionaries_total',
      help: 'Room dictionaries by outcome: made, unreadable (the check failed: not used), failed; full counts batches of rooms with no place for one.',
      labels: ['outcome'],
    }),
    dictionarySent: registry.counter({
      name: 'longwire_dispatch_dictionary_sent_bytes_total',
      help: 'Bytes of room dictionaries handed to the bus.',
    }),
    broadcasts: registry.counter({
      name: 'longwire_dispatch_broadcasts_total',
      help: 'Bulk zone and all messages, by outcome.',
      labels: ['outcome'],
    }),
  };
}

function partitionMetrics(registry: MetricsRegistry) {
  return {
    takeovers: registry.counter({
      name: 'longwire_dispatch_partition_takeovers_total',
      help: 'Partitions that this process has begun to own.',
    }),
    partitionsEnded: registry.counter({
      name: 'longwire_dispatch_partitions_ended_total',
      help: 'Partitions that this process has ceased to own: handed over in order, or lost.',
      labels: ['reason'],
    }),
    forks: registry.counter({
      name: 'longwire_dispatch_room_forks_total',
      help: 'Rooms that began a new epoch because an access node was found to have got further before the takeover.',
    }),
    historyAnswers: registry.counter({
      name: 'longwire_dispatch_history_answers_total',
      help: 'Questions for what a room has had: answered from here (own), with the help of an access node (pulled), or not (unknown).',
      labels: ['outcome'],
    }),
    historyShortened: registry.counter({
      name: 'longwire_dispatch_history_shortened_total',
      help: 'Messages forgotten before their time because a bound of bytes was reached.',
    }),
    overtimeRounds: registry.counter({
      name: 'longwire_dispatch_overtime_rounds_total',
      help: 'Rounds after which partitions were kept although the lease store did not answer.',
    }),
    leaseFaults: registry.counter({
      name: 'longwire_dispatch_lease_faults_total',
      help: 'Rounds of renewing and claiming that failed because the lease store did not answer.',
    }),
  };
}

function expressMetrics(registry: MetricsRegistry) {
  return {
    expressTaken: registry.counter({
      name: 'longwire_dispatch_express_taken_total',
      help: 'Messages that want no ack taken from service, by target.',
      labels: ['target'],
    }),
    expressRefused: registry.counter({
      name: 'longwire_dispatch_express_refused_total',
      help: 'Messages of direct-push answered as not taken: queue full, or bus cut off.',
      labels: ['reason'],
    }),
    expressSent: registry.counter({
      name: 'longwire_dispatch_express_sent_total',
      help: 'Deliveries handed to the bus: one per message and connection; room, zone and all count one each.',
      labels: ['lane'],
    }),
    expressUnsent: registry.counter({
      name: 'longwire_dispatch_express_unsent_total',
      help: 'Deliveries not handed to the bus: it was cut off, or logic could not say where the addressee is.',
      labels: ['reason'],
    }),
    expressAbsent: registry.counter({
      name: 'longwire_dispatch_express_absent_total',
      help: 'Attempts whose addressee had no connection.',
    }),
    expressRetried: registry.counter({
      name: 'longwire_dispatch_express_retried_total',
      help: 'Rounds after the first, of messages that want an ack.',
    }),
    expressExpired: registry.counter({
      name: 'longwire_dispatch_express_expired_total',
      help: 'Addressees that had not acked when the ttl of their message ended; every process counts all.',
    }),
    expressCarried: registry.counter({
      name: 'longwire_dispatch_express_carried_total',
      help: 'Messages written to the end of the express log again, so that it can be trimmed.',
    }),
    expressArrivals: registry.counter({
      name: 'longwire_dispatch_express_arrivals_total',
      help: 'Connections that came online and were looked up for pending messages.',
    }),
    expressAcks: registry.counter({
      name: 'longwire_dispatch_express_acks_total',
      help: 'Acks from clients: acked, repeated, or unknown (a foreign id, or one that is over).',
      labels: ['outcome'],
    }),
    expressFaults: registry.counter({
      name: 'longwire_dispatch_express_faults_total',
      help: 'Calls to the express log, the reports or logic that failed, by call.',
      labels: ['call'],
    }),
    routesResolved: registry.counter({
      name: 'longwire_dispatch_routes_resolved_total',
      help: 'Users and devices looked up in logic.',
    }),
    routeCalls: registry.counter({
      name: 'longwire_dispatch_route_calls_total',
      help: 'Calls made for these look-ups, each for up to 500 ids.',
    }),
  };
}

/** What is read at the moment of a scrape. */
export interface DispatchGauges {
  readonly partitionsOwned: () => number;
  readonly waitingBytes: () => number;
  readonly keptBytes: () => number;
  readonly hotRooms: () => number;
  readonly historyBytes: () => number;
  readonly ratedRooms: () => number;
  readonly dictionaryRooms: () => number;
  readonly dictionaryBytes: () => number;
  readonly expressQueued: () => number;
  readonly expressQueuedBytes: () => number;
  readonly expressPending: () => number;
  readonly expressFollowed: () => number;
  readonly expressEnded: () => number;
  readonly expressReports: () => number;
}

export function registerDispatchGauges(registry: MetricsRegistry, gauges: DispatchGauges): void {
  const gauge = (what: string, help: string, read: () => number): void => {
    registry.gauge({ name: `longwire_dispatch_${what}`, help, collect: (self) => self.set(read()) });
  };
  gauge('partitions_owned', 'Partitions that this process owns now.', gauges.partitionsOwned);
  gauge('window_waiting_bytes', 'Bytes in windows and on their way out of this process.', gauges.waitingBytes);
  gauge('window_kept_bytes', 'Bytes of buffers that busy rooms keep for their next window.', gauges.keptBytes);
  gauge('hot_rooms', 'Rooms with an open or cooling window.', gauges.hotRooms);
  gauge('rated_rooms', 'Rooms whose rate is measured in the present 5 s; at most 20000.', gauges.ratedRooms);
  gauge('history_bytes', 'Bytes of messages kept for clients that resume.', gauges.historyBytes);
  gauge('dictionary_rooms', 'Rooms that have a dictionary, or are about to.', gauges.dictionaryRooms);
  gauge('dictionary_bytes', 'Bytes that these dictionaries may take.', gauges.dictionaryBytes);
  gauge('express_queue_messages', 'Messages without an ack that are under way in this process.', gauges.expressQueued);
  gauge('express_queue_bytes', 'Payload bytes of these messages.', gauges.expressQueuedBytes);
  gauge('express_pending_deliveries', 'Addressees of express messages that have not acked.', gauges.expressPending);
  gauge('express_messages', 'Express messages followed until their ttl ends.', gauges.expressFollowed);
  gauge(
    'express_ended_messages',
    'Express messages that ended before their ttl and are remembered until then; at most 100000.',
    gauges.expressEnded,
  );
  gauge(
    'express_reports_waiting',
    'Reports that are not written yet; the log is not trimmed meanwhile.',
    gauges.expressReports,
  );
}
