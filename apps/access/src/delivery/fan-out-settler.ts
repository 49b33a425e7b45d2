import type { Lane } from '@longwire/domain';
import type { Connection } from '../connection/connection.ts';
import type { AccessMetrics } from '../metrics.ts';
import type { FanOutTally } from '../room/fan-out.ts';

export interface SettledBatch {
  readonly lane: Lane;
  /** Messages in each frame of the batch that was written. */
  readonly messages: number;
}

/** Counts what became of a fan-out and closes those who could not take an express message. */
export function settleFanOut(tally: FanOutTally, { lane, messages }: SettledBatch, metrics: AccessMetrics): void {
  const { frames, bytes: sizeBytes } = tally;
  metrics.addFramesOut(lane, { frames, messages: frames * messages, sizeBytes });
  if (tally.shed > 0) metrics.shed.inc({ reason: 'outbox' }, tally.shed);
  if (tally.unreadable > 0) metrics.shed.inc({ reason: 'unreadable' }, tally.unreadable);
  // Members of this app's rooms are connections; the room folder knows no more of them than it needs.
  for (const member of tally.full ?? []) (member as Connection).close('slowConsumer');
}
