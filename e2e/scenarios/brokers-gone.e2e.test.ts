import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { startNats, startRedis } from '@longwire/testkit/servers';
import type { RunningServer } from '@longwire/testkit/servers';
import { eventually } from '@longwire/testkit';
import { enter } from '../harness/audience.ts';
import { Longwire } from '../harness/launch.ts';
import type { Viewer } from '../harness/viewer.ts';

/** How long the server is away: the subject of these tests, not a wait for something to happen. */
const AWAY_MS = 10_000;
/** What logic promises of counts, whatever was lost. */
const RIGHT_WITHIN_MS = 10_000;

describe('NATS or Redis gone for 10 s and back', () => {
  let nats: RunningServer;
  let redis: RunningServer;
  let longwire: Longwire;
  let viewers: readonly Viewer[];

  before(async () => {
    [nats, redis] = await Promise.all([startNats(), startRedis()]);
    const env = { LONGWIRE_NATS_URL: nats.url, LONGWIRE_REDIS_URL: redis.url };
    longwire = await Longwire.launch({ mode: 'cluster', env });
    viewers = await Promise.all(
      [0, 1].map((node) => enter(longwire, { userId: `u${node}`, deviceId: `d${node}`, roomId: '1000', node })),
    );
  });
  after(async () => {
    for (const viewer of viewers ?? []) viewer.close();
    const exit = await longwire?.stop();
    await Promise.all([nats?.stop(), redis?.stop()]);
    assert.equal(exit?.code, 0, exit?.stderr);
  });

  async function readyStatuses(tiers: readonly string[]): Promise<readonly number[]> {
    const urls = Object.entries(longwire.report.admin).filter(([name]) => tiers.some((tier) => name.startsWith(tier)));
    return Promise.all(urls.map(async ([, url]) => (await fetch(`${url}/readyz`)).status));
  }
  const untilReadiness = (tiers: readonly string[], status: number): Promise<unknown> =>
    eventually(async () => assert.ok((await readyStatuses(tiers)).every((each) => each === status)), {
      everyMs: 50,
    });

  async function roomAndUserPushesFlow(cmd: string): Promise<void> {
    await eventually(() => longwire.api.mustPush({ kind: 'room', roomId: '1000' }, { cmd }), {
      everyMs: 100,
    });
    await Promise.all(viewers.map((viewer) => viewer.untilReceived(cmd)));
    await longwire.api.mustPush({ kind: 'user', userIds: ['u0', 'u1'] }, { cmd: `${cmd}_USER` });
    await Promise.all(viewers.map((viewer) => viewer.untilReceived(`${cmd}_USER`)));
  }

  async function sessionsAreRight(): Promise<void> {
    await eventually(
      async () => {
        const { body } = await longwire.api.service('GET', '/v1/online');
        assert.deepEqual(body, { connections: 2, users: 2, rooms: 1 });
      },
      { timeoutMs: RIGHT_WITHIN_MS, everyMs: 50, what: 'sessions being right' },
    );
  }

  function nobodyWasCut(): void {
    assert.ok(viewers.every((viewer) => !viewer.isClosed));
  }

  test('NATS: not ready, pushes are refused with 503, then all is well again', async () => {
    await roomAndUserPushesFlow('BEFORE_NATS');
    const { port } = nats;
    await nats.kill();
    await untilReadiness(['access', 'dispatch', 'service', 'logic'], 503);
    const refused = await longwire.api.push({ target: { kind: 'room', roomId: '1000' }, payload: { cmd: 'LOST' } });
    assert.equal(refused.status, 503);
    assert.ok(Number(refused.headers.get('retry-after')) >= 1);
    await delay(AWAY_MS);
    nats = await startNats({ port });
    await untilReadiness(['access', 'dispatch', 'service', 'logic', 'control'], 200);
    await sessionsAreRight();
    await roomAndUserPushesFlow('AFTER_NATS');
    nobodyWasCut();
  });

  test('Redis, which comes back empty: not ready, rooms go on, express waits, then sessions are rebuilt', async () => {
    const { port } = redis;
    await redis.kill();
    await untilReadiness(['dispatch', 'service', 'logic', 'control'], 503);
    await longwire.api.mustPush({ kind: 'user', userIds: ['u0'] }, { cmd: 'KEPT' });
    await delay(AWAY_MS);
    // By now every lease of a partition is long over.
    await longwire.api.mustPush({ kind: 'room', roomId: '1000' }, { cmd: 'MEANWHILE' });
    await Promise.all(viewers.map((viewer) => viewer.untilReceived('MEANWHILE')));
    redis = await startRedis({ port });
    await sessionsAreRight();
    await untilReadiness(['access', 'dispatch', 'service', 'logic', 'control'], 200);
    await roomAndUserPushesFlow('AFTER_REDIS');
    await viewers[0]?.untilReceived('KEPT');
    nobodyWasCut();
  });
});
