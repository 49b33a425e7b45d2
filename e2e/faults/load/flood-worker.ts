import { Agent, request } from 'node:http';
import { parentPort, workerData } from 'node:worker_threads';
import { cmdOf } from './flood-mix.ts';
import { atRate } from './pace.ts';

/** What to push, how fast; the messages carry the numbers from `firstPush` on. */
export interface FloodOrder {
  readonly serviceUrls: readonly string[];
  readonly apiKey: string;
  readonly roomId: string;
  readonly firstPush: number;
  readonly count: number;
  readonly perSec: number;
  readonly forMs: number;
  readonly padBytes: number;
}

export interface FloodReport {
  readonly started: number;
  readonly limited: number;
  readonly accepted: readonly number[];
  /** Numbers of the pushes that were refused: nobody may ever see them. */
  readonly refused: readonly number[];
}

const IN_FLIGHT = 256;

const order = workerData as FloodOrder;
const agent = new Agent({ keepAlive: true, maxSockets: IN_FLIGHT });
const text = 'x'.repeat(order.padBytes);

function push(number: number): Promise<number> {
  const url = new URL('/v1/push', order.serviceUrls[number % order.serviceUrls.length]);
  const target = { kind: 'room', roomId: order.roomId };
  const body = JSON.stringify({ target, payload: { cmd: cmdOf(number), n: number, text } });
  const headers = { authorization: `Bearer ${order.apiKey}`, 'content-type': 'application/json' };
  return new Promise((resolve) => {
    const call = request(url, { method: 'POST', agent, headers }, (answer) => {
      answer.resume();
      answer.once('end', () => resolve(answer.statusCode ?? 0));
    });
    call.once('error', () => resolve(0));
    call.end(body);
  });
}

const refused: number[] = [];
const accepted: number[] = [];
let limited = 0;
const { perSec, forMs, firstPush, count } = order;
const started = await atRate({ perSec, forMs, maxInFlight: IN_FLIGHT }, async (index) => {
  if (index >= count) return;
  const status = await push(firstPush + index);
  if (status === 202) accepted.push(firstPush + index);
  if (status === 429) limited += 1;
  if (status >= 400 && status < 500) refused.push(firstPush + index);
});
agent.destroy();
const report: FloodReport = { started: Math.min(started, count), limited, accepted, refused };
parentPort?.postMessage(report);
