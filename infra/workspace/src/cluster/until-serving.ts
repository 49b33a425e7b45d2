import { setTimeout as delay } from 'node:timers/promises';
import type { ClusterPlan } from './plan.ts';

const LOOK_EVERY_MS = 50;
const GIVE_UP_MS = 20_000;

async function isOk(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2000) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}

async function listedNodes(controlUrl: string): Promise<number> {
  try {
    const response = await fetch(`${controlUrl}/v1/nodes`, { signal: AbortSignal.timeout(2000) });
    const body = (await response.json()) as { readonly nodes?: readonly unknown[] };
    return body.nodes?.length ?? 0;
  } catch {
    return 0;
  }
}

/** Resolves when every process says it is ready and control lists every access node: a client can connect now. */
export async function untilServing(plan: ClusterPlan, signal: AbortSignal): Promise<void> {
  const giveUpAt = performance.now() + GIVE_UP_MS;
  const waiting = new Map(plan.groups.flat().map(({ name, adminUrl }) => [name, `${adminUrl}/readyz`]));
  for (;;) {
    for (const [name, url] of waiting) if (await isOk(url)) waiting.delete(name);
    if (waiting.size === 0 && (await listedNodes(plan.controlUrl)) === plan.wsUrls.length) return;
    if (performance.now() > giveUpAt) {
      const who = waiting.size === 0 ? 'an access node that control does not list' : [...waiting.keys()].join(', ');
      throw new Error(`not serving after ${GIVE_UP_MS / 1000} s: ${who}`);
    }
    await delay(LOOK_EVERY_MS, undefined, { signal });
  }
}
