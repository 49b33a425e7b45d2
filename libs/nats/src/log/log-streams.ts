import { AppError } from '@longwire/domain';
import { DiscardPolicy, JetStreamApiError, RetentionPolicy, StorageType } from '@nats-io/jetstream';
import type { JetStreamManager, StreamConfig } from '@nats-io/jetstream';

/** How the streams of the express log are kept. */
export interface LogStreamLimits {
  /** Copies of each stream, on as many servers: 1 or, on a cluster of three, 3. */
  readonly replicas: number;
  readonly maxBytes: number;
  readonly maxEntries: number;
}

export const LOG_STREAM = 'LW_EXPRESS_LOG';
export const REPORT_STREAM = 'LW_EXPRESS_REPORTS';
export const MESSAGE_SUBJECT = 'lw.x.log.message';
export const ACKS_SUBJECT = 'lw.x.log.acks';
const REPORT_PREFIX = 'lw.x.report.';

/** One subject per message; an id's `.` is written `~`, as in every subject. */
export function reportSubjectOf(messageId: string): string {
  return `${REPORT_PREFIX}${messageId.replaceAll('.', '~')}`;
}

const MS = 1_000_000;
/** A repeat of a publish is known as one for so long. */
const DEDUP_MS = 120_000;
const KEEP_REPORT_MS = 24 * 3600_000;
/** Reports give way to newer ones, so this bounds memory and disk and refuses nobody. */
const REPORT_BYTES = 128 * 1024 * 1024;
const STREAM_NOT_FOUND = 10_059;

function configsOf({ replicas, maxBytes, maxEntries }: LogStreamLimits) {
  const shared = {
    storage: StorageType.File,
    retention: RetentionPolicy.Limits,
    num_replicas: replicas,
    duplicate_window: DEDUP_MS * MS,
  };
  const log = {
    ...shared,
    name: LOG_STREAM,
    subjects: ['lw.x.log.>'],
    // Full means refused: what was once accepted is only removed by a trim.
    discard: DiscardPolicy.New,
    max_bytes: maxBytes,
    max_msgs: maxEntries,
  };
  const reports = {
    ...shared,
    name: REPORT_STREAM,
    subjects: [`${REPORT_PREFIX}>`],
    discard: DiscardPolicy.Old,
    max_msgs_per_subject: 1,
    max_age: KEEP_REPORT_MS * MS,
    max_bytes: REPORT_BYTES,
  };
  return [log, reports] satisfies (Partial<StreamConfig> & { name: string })[];
}

/** Makes the streams, or brings their limits up to date. Rejects with `store-unavailable` that says why. */
export async function ensureLogStreams(jsm: JetStreamManager, limits: LogStreamLimits): Promise<void> {
  for (const config of configsOf(limits)) {
    try {
      await ensureStream(jsm, config);
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : 'unknown';
      const text = `JetStream does not give the stream ${config.name} with ${limits.replicas} replicas: ${why}`;
      throw new AppError('store-unavailable', text, { cause });
    }
  }
}

async function ensureStream(jsm: JetStreamManager, config: Partial<StreamConfig> & { name: string }): Promise<void> {
  try {
    const { config: present } = await jsm.streams.info(config.name);
    const isCurrent =
      present.num_replicas === config.num_replicas &&
      present.max_bytes === config.max_bytes &&
      (config.max_msgs === undefined || present.max_msgs === config.max_msgs);
    if (!isCurrent) await jsm.streams.update(config.name, config);
  } catch (error) {
    if (!(error instanceof JetStreamApiError) || error.code !== STREAM_NOT_FOUND) throw error;
    // Two processes may make it at the same time: the same config twice is no error to the server.
    await jsm.streams.add(config);
  }
}
