import type { Clock, Lane } from '@longwire/domain';
import type { TraceSink } from '@longwire/vitals';
import type { AccessMetrics } from '../metrics.ts';
import type { FanOutTally } from '../room/fan-out.ts';

/** How long a batch was on its way; the acceptance is by the clock of another process. Nothing when it was sent again. */
export function observeDelay(
  lane: Lane,
  acceptedAtMs: number | undefined,
  { metrics, clock }: { readonly metrics: AccessMetrics; readonly clock: Clock },
): void {
  if (acceptedAtMs === undefined) return;
  metrics.batchDelay[lane].observe(Math.max(0, clock.now() - acceptedAtMs) / 1000);
}

/** Says of traced messages to how many connections this node has written them. */
export function noteWritten(
  traces: TraceSink,
  messageIds: readonly string[],
  { lane, tally }: { readonly lane: Lane; readonly tally: FanOutTally },
): void {
  const recipients = tally.frames;
  const shed = tally.shed + tally.unreadable + (tally.full?.length ?? 0);
  for (const messageId of messageIds) {
    if (recipients > 0) traces.note({ messageId, lane, stage: 'written', numbers: { recipients } });
    if (shed > 0) traces.note({ messageId, lane, stage: 'shed', numbers: { recipients: shed } });
  }
}
