import { createCorpus } from '../corpus/corpus.ts';
import type { MessageForm } from '../corpus/corpus.ts';
import { monotonicMs } from '../core/monotonic.ts';
import { dueCount } from '../core/schedule.ts';
import type { Schedule } from '../core/schedule.ts';
import type { Peer } from './peer.ts';

const TICK_MS = 2;

/** Publishes what is due when it is due; resolves after the last one. */
export async function publishOnSchedule(
  peer: Peer,
  schedule: Schedule,
  options: { readonly form: MessageForm; readonly seed: number },
): Promise<void> {
  const corpus = createCorpus(options);
  for (let sent = 0; sent < schedule.count;) {
    for (const due = dueCount(schedule, monotonicMs()); sent < due; sent += 1) peer.publish(corpus.next());
    await new Promise((resolve) => setTimeout(resolve, TICK_MS));
  }
}
