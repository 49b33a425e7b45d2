import { RoomHistories } from '@longwire/domain';
import type { Bus, Clock, LeaseStore, Subscription, Timer } from '@longwire/domain';
import { defineComponent } from '@longwire/runtime';
import type { Component, Logger } from '@longwire/runtime';
import { ByteBudget } from './aggregate/byte-budget.ts';
import { createClassifier } from './aggregate/message-class.ts';
import { TurnQueue } from './aggregate/turn-queue.ts';
import { BroadcastReceiver } from './broadcast/broadcast-receiver.ts';
import { BatchEncoder } from './compress/batch-encoder.ts';
import type { DispatchConfig } from './config.ts';
import { RoomForwarder } from './forward/room-forwarder.ts';
import { PastOfNodes } from './history/past-of-nodes.ts';
import type { Bodies } from './history/room-past.ts';
import type { DispatchMetrics } from './metrics.ts';
import type { PartitionDeps } from './partition/partition.ts';
import { PartitionBalance, partitionLeaseId } from './partition/partition-balance.ts';
import { PartitionTable } from './partition/partition-table.ts';

const MAX_RECENT_IDS = 20_000;
/** Less than a client that resumes is kept waiting. */
const ASK_NODE_MS = 500;
/** How often rooms that have gone quiet are forgotten. */
const SWEEP_HISTORY_MS = 1000;

export interface RoomWorkPorts {
  readonly bulkBus: Bus;
  readonly leases: LeaseStore;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: DispatchMetrics;
  readonly holder: string;
}

/** The bulk half of dispatch: owned partitions with their rooms, and broadcasts. */
export interface RoomWork extends Component {
  readonly isStoreReachable: () => boolean;
  readonly partitionsOwned: () => number;
  readonly waitingBytes: () => number;
  readonly hotRooms: () => number;
  readonly historyBytes: () => number;
}

export function composeRooms(config: DispatchConfig, ports: RoomWorkPorts): RoomWork {
  const { bulkBus, leases, clock, logger, metrics, holder } = ports;
  const budget = new ByteBudget();
  const encoder = createEncoder(clock, metrics);
  const histories = createHistories(config, metrics);
  const table = new PartitionTable({
    deps: createPartitionDeps(config, ports, { budget, encoder, histories }),
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
      sweep = clock.every(SWEEP_HISTORY_MS, () => histories.sweep(clock.monotonic()));
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
    historyBytes: () => histories.sizeBytes,
    hotRooms: () => table.active.reduce((sum, partition) => sum + partition.hotRooms, 0),
  };
}

function createEncoder(clock: Clock, metrics: DispatchMetrics): BatchEncoder {
  return new BatchEncoder(clock, {
    onEncoded: (encoding, { rawBytes, encodedBytes }) => {
      metrics.rawBytes.inc({ encoding }, rawBytes);
      metrics.encodedBytes.inc({ encoding }, encodedBytes);
    },
    onCompressed: (encoding, durationMs) => {
      metrics.compressions.inc({ encoding });
      metrics.compressionTime.observe({ encoding }, durationMs / 1000);
    },
  });
}

function createHistories(config: DispatchConfig, metrics: DispatchMetrics): RoomHistories<Bodies> {
  const limits = {
    keepMs: config.historyKeepMs,
    maxMessages: config.historyMessages,
    maxRoomBytes: config.historyRoomBytes,
    maxTotalBytes: config.historyBytes,
  };
  return new RoomHistories(limits, (count) => metrics.historyShortened.inc(count));
}

interface SharedParts {
  readonly budget: ByteBudget;
  readonly encoder: BatchEncoder;
  readonly histories: RoomHistories<Bodies>;
}

function createPartitionDeps(
  config: DispatchConfig,
  { bulkBus, clock, logger, metrics }: RoomWorkPorts,
  { budget, encoder, histories }: SharedParts,
): PartitionDeps {
  return {
    bus: bulkBus,
    clock,
    budget,
    flushLimits: { windowMs: config.windowMs, maxMessages: config.windowMessages, maxBytes: config.windowBytes },
    queueLimits: { maxRoomBytes: config.roomQueueBytes, maxProcessBytes: config.queueBytes },
    recentIds: { keepMs: config.recentMs, maxIds: MAX_RECENT_IDS },
    demandExpiryMs: config.demandExpiryMs,
    shedding: { clock, ratePerSec: config.roomRate, classOf: createClassifier(config) },
    histories,
    pastOfNodes: new PastOfNodes({ bus: bulkBus, clock, timeoutMs: ASK_NODE_MS }),
    maxRooms: config.roomsPerPartition,
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
      encoder,
      clock,
      observer: {
        onForwarded: (batch, latencyMs) => {
          metrics.batches.inc({ reason: batch.reason });
          metrics.batchMessages.observe(batch.bodies.length);
          metrics.flushLatency.observe(latencyMs / 1000);
        },
        onLost: () => metrics.lostBatches.inc(),
      },
    }),
    observer: {
      onTaken: (count) => metrics.messagesTaken.inc(count),
      onDuplicate: () => metrics.duplicates.inc(),
      onOverloaded: (bound, count) => {
        metrics.overloaded.inc({ bound }, count);
        logger.warn({ bound, count }, 'room-messages-refused');
      },
      onShed: (kind) => metrics.shed.inc({ class: kind }),
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
