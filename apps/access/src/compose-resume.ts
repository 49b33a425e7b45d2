import type { Bus, Clock } from '@longwire/domain';
import { RoomHistories } from '@longwire/domain';
import type { Logger } from '@longwire/runtime';
import type { AccessConfig } from './config.ts';
import type { WireEncoding } from './delivery/encoded-batch.ts';
import { PartitionFences } from './delivery/partition-fences.ts';
import { RecentKeys } from './delivery/recent-keys.ts';
import type { AccessMetrics } from './metrics.ts';
import { OwnerHistory } from './resume/owner-history.ts';
import type { PastBatch } from './resume/past-batch.ts';
import { Replays } from './resume/replays.ts';
import { Resumes } from './resume/resumes.ts';
import { RoomPast } from './resume/room-past.ts';
import type { Room } from './room/room.ts';

export interface ResumePartsOptions {
  readonly bulkBus: Bus;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: AccessMetrics;
  readonly onMissed: (room: Room, batch: PastBatch) => void;
}

/** What a node keeps of its rooms' past, and who answers clients from it. */
export interface ResumeParts {
  readonly past: RoomPast;
  readonly fences: PartitionFences;
  readonly recentKeys: RecentKeys;
  readonly resumes: Resumes;
  readonly historyBytes: () => number;
  /** The room is no longer kept. */
  readonly forget: (room: Room) => void;
  /** To be called about once a second. */
  readonly sweep: () => void;
}

/** Composes the past of a node's rooms. Opens nothing. */
export function composeResume(config: AccessConfig, options: ResumePartsOptions): ResumeParts {
  const { bulkBus, clock, logger, metrics, onMissed } = options;
  const { onRecoded } = metrics;
  const limits = {
    keepMs: config.historyKeepMs,
    maxMessages: config.historyMessages,
    maxRoomBytes: config.historyRoomBytes,
    maxTotalBytes: config.historyBytes,
  };
  const histories = new RoomHistories<readonly WireEncoding[]>(limits, (count) => metrics.historyShortened.inc(count));
  const fences = new PartitionFences();
  const recentKeys = new RecentKeys({
    keepMs: config.recentMs,
    onShortened: (count) => metrics.recentIdsShortened.inc(count),
  });
  const now = (): number => clock.monotonic();
  const past = new RoomPast({ histories, fences, recentKeys, now, onRecoded, onMissed });
  const replays = new Replays(onRecoded);
  const resumes = new Resumes({
    past,
    owner: new OwnerHistory({ bulkBus, onAsked: (outcome) => metrics.historyAsks.inc({ outcome }) }),
    replays,
    clock,
    waitMs: config.resumeWaitMs,
    onResumed: (outcome, replay) => {
      metrics.resumes.inc({ outcome });
      if (replay !== null) metrics.addFramesOut('bulk', { ...replay, sizeBytes: replay.bytes.length });
    },
    onFault: (err) => {
      metrics.crashes.inc();
      logger.error({ err }, 'resume-failed');
    },
  });
  return {
    past,
    fences,
    recentKeys,
    resumes,
    historyBytes: () => histories.sizeBytes + replays.sizeBytes,
    forget: (room) => histories.forget(room.roomId),
    sweep: () => {
      histories.sweep(clock.monotonic());
      recentKeys.sweep(clock.monotonic());
      replays.forget();
    },
  };
}
