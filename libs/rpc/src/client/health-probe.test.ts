import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { status } from '@grpc/grpc-js';
import type { Client } from '@grpc/grpc-js';
import { fakeClock } from '@longwire/testkit';
import { probeHealth } from './health-probe.ts';
import { ServerList } from './server-list.ts';

const cleanups: (() => void)[] = [];
after(() => cleanups.forEach((cleanup) => cleanup()));

type Done = (failure: unknown, answer?: Buffer) => void;

test('a server that is silent is noticed within 2 s: it is asked once a second, and has a second for its answer', (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: 1_000_000 });
  const clock = fakeClock();
  const servers = new ServerList(['a:1'], { clock, random: () => 0 });
  const asked: { readonly atMs: number; readonly forMs: number; readonly done: Done }[] = [];
  for (const { client } of servers.inOrder()) {
    const ask = (...args: unknown[]): void => {
      const [{ deadline }, done] = args.slice(-2) as [{ deadline: number }, Done];
      asked.push({ atMs: clock.monotonic(), forMs: deadline - Date.now(), done });
    };
    client.makeUnaryRequest = ask as unknown as Client['makeUnaryRequest'];
  }
  cleanups.push(probeHealth(servers, clock), () => servers.close());
  asked[0]?.done(null, Buffer.from([0x08, 0x01]));
  assert.equal(servers.hasUp, true);
  clock.advance(1000);
  asked[1]?.done({ code: status.DEADLINE_EXCEEDED });
  assert.equal(servers.hasUp, false);
  assert.deepEqual(
    asked.map(({ atMs, forMs }) => [atMs, forMs]),
    [
      [0, 1000],
      [1000, 1000],
    ],
  );
});
