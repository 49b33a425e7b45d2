import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { status } from '@grpc/grpc-js';
import type { Client } from '@grpc/grpc-js';
import { fakeClock } from '@longwire/testkit';
import { callUnary } from './call-unary.ts';
import { ServerList } from './server-list.ts';

const START_MS = 1_000_000;
const opened: ServerList[] = [];
after(() => opened.forEach((list) => list.close()));

/** Three servers that are silent: each call lasts as long as it may. Returns how long that was, after `START_MS`. */
function silentServers(setTime: (ms: number) => void) {
  const servers = new ServerList(['a:1', 'b:1', 'c:1'], { clock: fakeClock(), random: () => 0 });
  opened.push(servers);
  const deadlines: number[] = [];
  for (const { client } of servers.inOrder()) {
    const silence = (...args: unknown[]): void => {
      const [{ deadline }, done] = args.slice(-2) as [{ deadline: number }, (failure: unknown) => void];
      deadlines.push(deadline - START_MS);
      setTime(deadline);
      done({ code: status.DEADLINE_EXCEEDED, details: 'silent', metadata: undefined });
    };
    client.makeUnaryRequest = silence as unknown as Client['makeUnaryRequest'];
  }
  return { servers, deadlines };
}

test('a call takes 2 s at most, each address that is silent an equal share of it', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: START_MS });
  const { servers, deadlines } = silentServers((ms) => t.mock.timers.setTime(ms));
  const keep = (bytes: Buffer): Buffer => bytes;
  const method = { path: '/x', requestSerialize: keep, responseDeserialize: keep };
  const refusal = { code: 'peer-unavailable' };
  await assert.rejects(callUnary(method, Buffer.alloc(0), { servers, peer: 'logic' }), refusal);
  assert.deepEqual(
    deadlines.map((ms) => Math.round(ms)),
    [667, 1333, 2000],
  );
});
