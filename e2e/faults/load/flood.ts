import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Stage } from '../stage.ts';
import type { Topology } from '../topology/topology.ts';
import type { FloodOrder, FloodReport } from './flood-worker.ts';

export interface FloodSpec {
  readonly roomId: string;
  readonly perSec: number;
  readonly forMs: number;
  readonly padBytes: number;
}

/** Pushes to a room as fast as is asked, from a thread of its own so that what else is measured stays measurable. */
export async function flood({ history, now }: Stage, topology: Topology, spec: FloodSpec): Promise<FloodReport> {
  const { roomId, perSec, forMs } = spec;
  const count = Math.ceil((perSec * forMs) / 1000);
  const target = { kind: 'room', roomId } as const;
  const numbers = Array.from({ length: count }, () =>
    history.addPush({ target, lane: 'bulk', askedAtMs: now(), ttlMs: 0 }),
  );
  const { serviceUrls, apiKey } = topology;
  const workerData: FloodOrder = { ...spec, serviceUrls, apiKey, firstPush: numbers[0] ?? 0, count };
  const worker = new Worker(new URL('./flood-worker.ts', import.meta.url), { workerData });
  const [report] = (await once(worker, 'message')) as [FloodReport];
  for (const push of report.refused) history.answerPush(push, 'refused', now());
  for (const push of report.accepted) history.answerPush(push, 'accepted', now());
  return report;
}
