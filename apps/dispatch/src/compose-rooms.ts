import { RoomHistories } from '@longwire/domain';
import type { Bus, Clock, LeaseStore, Subscription, Timer } from '@longwire/domain';
import { defineComponent, holdCounter, holdCounters, holdHistogram } from '@longwire/runtime';
import type { Component, Logger } from '@longwire/runtime';
import type { TraceSink } from '@longwire/vitals';
import { ByteBudget } from './aggregate/byte-budget.ts';
import { FLUSH_REASONS } from './aggregate/flush-policy.ts';
import { createClassifier } from './aggregate/message-class.ts';
import { TurnQueue } from './aggregate/turn-queue.ts';
import { BroadcastReceiver } from './broadcast/broadcast-receiver.ts';
import { BatchEncoder } from './compress/batch-encoder.ts';
import { createEncoderObserver } from './compress/encoder-metrics.ts';
import { BestQualityBudget } from './compress/best-quality-budget.ts';
import { RoomCompressor } from './compress/room-compressor.ts';
import type { DispatchConfig } from './config.ts';
import { DictionaryKeeper } from './dictionary/dictionary-keeper.ts';
import { RoomForwarder } from './forward/room-forwarder.ts';
import { PastOfNodes } from './history/past-of-nodes.ts';
import type { SentBatch } from './history/room-past.ts';
import type { DispatchMetrics } from './metrics.ts';
import type { PartitionDeps } from './partition/partition-ports.ts';
import { PartitionBalance, partitionLeaseId } from './partition/partition-balance.ts';
import { PartitionTable } from './partition/partition-table.ts';
import { RoomTraces } from './trace/room-traces.ts';
import { RoomRates } from './traffic/room-rates.ts';

const MAX_RECENT_IDS = 20_000;
/** Service repeats a push by itself every 50 ms. */
const KEEP_UNKEYED_MS = 10_000;
/** Less than a client that resumes is kept waiting. */
const ASK_NODE_MS = 500;
/** How often rooms that have gone quiet are forgotten. */
const SWEEP_MS = 1000;
/**
 * Of a window: what the best form of a batch may add to its latency, by forecast, on average, and at most. Half a window is
 * the mean latency without.
 */
const BEST_FORECAST = 0.06;
const BEST_MEAN = 0.1;
const BEST_DEADLINE = 0.25;

export interface RoomWorkPorts {
  readonly bulkBus: Bus;
  readonly leases: LeaseStore;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: DispatchMetrics;
  readonly holder: string;
  /** How this process is called where operators read it. */
  readonly process: string;
  readonly traces: TraceSink;
}

/** The bulk half of dispatch: owned partitions with their rooms, and broadcasts. */
export interface RoomWork extends Component {
  readonly isStoreReachable: () => boolean;
  readonly partitionsOwned: () => number;
  readonly waitingBytes: () => number;
  readonly keptBytes: () => number;
  readonly hotRooms: () => number;
  readonly historyBytes: () => number;
  readonly rates: RoomRates;
  readonly dictionaryRooms: () => number;
  readonly dictionaryBytes: () => number;
}

export function composeRooms(config: DispatchConfig, ports: RoomWorkPorts): RoomWork {
  const { bulkBus, leases, clock, logger, metrics, holder } = ports;
  const budget = new ByteBudget(config.queueBytes);
  const encoder = new BatchEncoder(clock, createEncoderObserver(metrics));
  const histories = createHistories(config, metrics);
  const rates = new RoomRates({ clock, onUnrated: () => metrics.unrated.inc() });
  const dictionaries = createDictionaries(config, ports);
  const table = new PartitionTable({
    deps: createPartitionDeps(config, ports, { budget, encoder, histories, rates, dictionaries }),
    bus: bulkBus,
    clock,
    settleMs: config.takeoverWaitMs,
    release: (partition) => leases.release(partitionLeaseId(partition), holder),
    onTakenOver: (partition, epoch) => {
      metrics.takeovers.inc();
      logger.debug({ partition, epoch }, 'partition-taken-over');
    },
    onEnded: (partition, reason) => {
      metrics.partitionsEnded.inc({ reason });
      if (reason !== 'handed-over') logger.warn({ partition, reason }, 'partition-lost');
    },
    onFault: (err) => logger.warn({ err }, 'partition-step-failed'),
  });
  const balance = new PartitionBalance({
    leases,
    table,
    bus: bulkBus,
    clock,
    logger,
    holder,
    leaseTtlMs: config.leaseTtlMs,
    periodMs: config.leaseRenewMs,
    onStoreFault: (err) => {
      metrics.leaseFaults.inc();
      logger.warn({ err }, 'lease-store-failed');
    },
    onOvertime: () => metrics.overtimeRounds.inc(),
  });
  const broadcasts = new BroadcastReceiver({
    bus: bulkBus,
    encoder,
    traces: ports.traces,
    onOutcome: (outcome) => metrics.broadcasts.inc({ outcome }),
  });
  let subscription: Subscription | undefined;
  let sweep: Timer | undefined;

  const component = defineComponent({
    name: 'dispatch-rooms',
    start: async () => {
      const topic = { kind: 'broadcast-push' } as const;
      const queue = 'dispatch';
      subscription = await bulkBus.subscribe(topic, (payload, respond) => broadcasts.receive(payload, respond), {
        queue,
      });
      sweep = clock.every(SWEEP_MS, () => {
        histories.sweep(clock.monotonic());
        dictionaries.sweep();
      });
      await balance.start();
    },
    drain: async () => {
      subscription?.unsubscribe();
      await balance.leave();
    },
    stop: async () => {
      subscription?.unsubscribe();
      sweep?.cancel();
      await balance.stop();
    },
  });
  return {
    ...component,
    isStoreReachable: () => balance.isStoreReachable,
    partitionsOwned: () => table.active.length,
    waitingBytes: () => budget.usedBytes,
    keptBytes: () => budget.keptBytes,
    historyBytes: () => histories.sizeBytes,
    rates,
    dictionaryRooms: () => dictionaries.rooms,
    dictionaryBytes: () => dictionaries.sizeBytes,
    hotRooms: () => table.active.reduce((sum, partition) => sum + partition.hotRooms, 0),
  };
}

function createHistories(config: DispatchConfig, metrics: DispatchMetrics): RoomHistories<SentBatch> {
  const limits = {
    keepMs: config.historyKeepMs,
    maxMessages: config.historyMessages,
    maxRoomBytes: config.historyRoomBytes,
    maxTotalBytes: config.historyBytes,
  };
  return new RoomHistories(limits, (count) => metrics.historyShortened.inc(count));
}

function createDictionaries(config: DispatchConfig, { bulkBus, clock, logger, metrics }: RoomWorkPorts) {
  return new DictionaryKeeper({
    bus: bulkBus,
    clock,
    limits: {
      leastViewers: config.dictionaryViewers,
      leastRatePerSec: config.dictionaryRate,
      sizeBytes: config.dictionarySizeBytes,
      renewMs: config.dictionaryRenewMs,
      maxRooms: config.dictionaryRooms,
      maxBytes: config.dictionaryBytes,
    },
    onOutcome: (outcome) => {
      metrics.dictionaries.inc({ outcome });
      if (outcome === 'unreadable') logger.error('dictionary-unreadable');
    },
    onSent: (sizeBytes) => metrics.dictionarySent.inc(sizeBytes),
    onFault: (err) => logger.error({ err }, 'dictionary-failed'),
  });
}

function createCompressor(config: DispatchConfig, clock: Clock, parts: { encoder: BatchEncoder; onLate: () => void }) {
  const { windowMs, bestQualityPercent } = config;
  const share = bestQualityPercent / 100;
  const waits = { maxJobMs: windowMs * BEST_FORECAST, maxMeanMs: windowMs * BEST_MEAN };
  const budget = new BestQualityBudget({ clock, share, ...waits });
  return new RoomCompressor({ ...parts, budget, clock, deadlineMs: windowMs * BEST_DEADLINE });
}

interface SharedParts {
  readonly budget: ByteBudget;
  readonly encoder: BatchEncoder;
  readonly histories: RoomHistories<SentBatch>;
  readonly rates: RoomRates;
  readonly dictionaries: DictionaryKeeper;
}

function createPartitionDeps(
  config: DispatchConfig,
  { bulkBus, clock, logger, metrics, process, traces: sink }: RoomWorkPorts,
  { budget, encoder, histories, rates, dictionaries }: SharedParts,
): PartitionDeps {
  const traces = new RoomTraces(sink);
  const taken = holdCounter(metrics.messagesTaken, {});
  const batches = holdCounters(metrics.batches, FLUSH_REASONS, (reason) => ({ reason }));
  const batchMessages = holdHistogram(metrics.batchMessages, {});
  const flushLatency = holdHistogram(metrics.flushLatency, {});
  return {
    bus: bulkBus,
    clock,
    budget,
    flushLimits: { windowMs: config.windowMs, maxMessages: config.windowMessages, maxBytes: config.windowBytes },
    queueLimits: { maxRoomBytes: config.roomQueueBytes, maxProcessBytes: config.queueBytes },
    takenIds: {
      keyed: { keepMs: config.recentMs, maxIds: MAX_RECENT_IDS },
      unkeyed: { keepMs: KEEP_UNKEYED_MS, maxIds: MAX_RECENT_IDS },
    },
    demandExpiryMs: config.demandExpiryMs,
    shedding: { clock, ratePerSec: config.roomRate, classOf: createClassifier(config) },
    histories,
    dictionaries,
    pastOfNodes: new PastOfNodes({ bus: bulkBus, clock, timeoutMs: ASK_NODE_MS }),
    maxRooms: config.roomsPerPartition,
    traces,
    traffic: { owner: process, windowMs: config.windowMs, rates },
    turns: new TurnQueue({
      clock,
      budgetMs: config.flushBudgetMs,
      onFault: (err) => {
        metrics.lostBatches.inc();
        logger.error({ err }, 'batch-not-encoded');
      },
    }),
    forwarder: new RoomForwarder({
      bus: bulkBus,
      compressor: createCompressor(config, clock, { encoder, onLate: () => metrics.lateBest.inc() }),
      dictionaries,
      clock,
      observer: {
        onForwarded: (batch, latencyMs) => {
          batches[batch.reason].inc();
          batchMessages.observe(batch.count);
          flushLatency.observe(latencyMs / 1000);
          rates.noteBatch(batch.roomId, batch.count);
          if (batch.tracedIds !== undefined) traces.forwarded(batch);
        },
        onLost: () => metrics.lostBatches.inc(),
        onStale: (batch) => metrics.stale.inc(batch.count),
      },
    }),
    observer: {
      onTaken: taken.inc,
      onDuplicate: () => metrics.duplicates.inc(),
      onTakenUp: (count) => metrics.idsTakenUp.inc(count),
      onOverloaded: (bound, count) => {
        metrics.overloaded.inc({ bound }, count);
        logger.warn({ bound, count }, 'room-messages-refused');
      },
      onShed: (kind, roomId) => {
        metrics.shed.inc({ class: kind });
        rates.noteShed(roomId, kind);
      },
      onStale: (count) => metrics.stale.inc(count),
      onMalformed: (topic) => metrics.malformed.inc({ topic }),
      onFork: () => {
        metrics.forks.inc();
        logger.warn('room-forked');
      },
      onHistoryAnswered: (outcome) => metrics.historyAnswers.inc({ outcome }),
    },
  };
}
