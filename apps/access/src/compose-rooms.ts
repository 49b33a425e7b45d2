import type { Bus, Clock, LogicApi, NodeIncarnation } from '@longwire/domain';
import type { Logger } from '@longwire/runtime';
import type { TraceSink } from '@longwire/vitals';
import { composeResume } from './compose-resume.ts';
import type { ResumeParts } from './compose-resume.ts';
import type { AccessConfig } from './config.ts';
import { BatchReceiver } from './delivery/batch-receiver.ts';
import type { RecentMessages } from './delivery/dedup.ts';
import { RoomPacer } from './delivery/room-pacer.ts';
import { NodeDictionaries } from './dictionary/node-dictionaries.ts';
import type { AccessMetrics } from './metrics.ts';
import { DemandReporter } from './room/demand.ts';
import { RoomFactsReader } from './room/room-facts.ts';
import { RoomTable } from './room/room-table.ts';
import type { ZoneIndex } from './room/zones.ts';

export interface RoomPartsOptions {
  readonly node: NodeIncarnation;
  readonly bulkBus: Bus;
  readonly expressBus: Bus;
  readonly logic: LogicApi;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: AccessMetrics;
  readonly zones: ZoneIndex;
  readonly recent: RecentMessages;
  readonly traces: TraceSink;
}

/** The rooms of a node, what it knows and keeps of them, and what it tells their owners that it needs. */
export interface RoomParts {
  readonly rooms: RoomTable;
  readonly facts: RoomFactsReader;
  readonly demand: DemandReporter;
  readonly resume: ResumeParts;
  readonly dictionaries: NodeDictionaries;
  /** Who writes batches to rooms, and what waits there. */
  readonly pacer: Pick<RoomPacer, 'underWay' | 'sizeBytes'>;
}

/** Composes the rooms of a node, and what batches of them go through. Opens nothing. */
export function composeRooms(config: AccessConfig, options: RoomPartsOptions): RoomParts {
  const { node, bulkBus, expressBus, logic, clock, logger, metrics, zones, recent, traces } = options;
  const facts = new RoomFactsReader({
    logic,
    nodeId: node.nodeId,
    zones,
    onFailure: (err) => {
      metrics.factFailures.inc();
      logger.warn({ err }, 'room-lookup-failed');
    },
  });
  const resume = composeResume(config, {
    bulkBus,
    clock,
    logger,
    metrics,
    onMissed: (room, batch) => batches.onMissed(room, batch),
  });
  const { past, fences, recentKeys } = resume;
  const dictionaries = new NodeDictionaries({
    maxBytes: config.dictionaryBytes,
    rooms: () => rooms.rooms(),
    isKept: (room, upTo) => past.isKept(room, upTo),
    onChange: (room) => demand.noteChange(room),
    onTaken: (outcome) => metrics.dictionaries.inc({ outcome }),
    onOffered: (outcome, sizeBytes) => {
      metrics.dictionariesOut.inc({ outcome });
      if (outcome === 'sent') metrics.dictionaryBytesOut.inc(sizeBytes);
    },
  });
  const pacer = new RoomPacer({
    membersPerTurn: config.membersPerTurn,
    onPaced: (end) => metrics.pacedBatches.inc({ end }),
  });
  const batches = new BatchReceiver({
    metrics,
    clock,
    past,
    fences,
    recentKeys,
    recent,
    traces,
    dictionaries,
    pacer,
    onUnreadable: (room) => {
      room.isSure = false;
      demand.noteChange(room);
    },
    onAhead: (room) => demand.noteChange(room),
  });
  const rooms = new RoomTable({
    buses: { bulkBus, expressBus },
    clock,
    lingerMs: config.roomLingerMs,
    handlersFor: (room) => ({
      onBulk: (payload) => batches.onBulk(room, payload),
      onExpress: (payload) => batches.onExpress(room, payload),
    }),
    lookup: (room) => facts.lookup(room),
    onNeedsChange: (room) => demand.noteChange(room),
    onJoined: (room, member) => dictionaries.noteJoined(room, member),
    onLeft: (room, member) => dictionaries.noteLeft(room, member),
    onDropped: (room) => {
      dictionaries.forget(room);
      zones.forget(room);
      resume.forget(room);
    },
  });
  const demand = new DemandReporter({
    bulkBus,
    node,
    rooms: () => rooms.rooms(),
    firstSeqOf: (room) => past.firstSeqOf(room),
    fences,
    idKeysOf: (partition) => recentKeys.of(partition, clock.monotonic()),
  });
  return { rooms, facts, demand, resume, dictionaries, pacer };
}
