import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { partitionOf, trustedId } from '@longwire/domain';
import type { RoomId } from '@longwire/domain';
import { openNatsBus } from '@longwire/nats';
import type { OpenBus } from '@longwire/nats';
import { RoomBatch, RoomPush, RoomPushReply } from '@longwire/protos/bus/v1';
import { createSilentLogger } from '@longwire/runtime';
import { eventually } from '@longwire/testkit';
import { skipWithout, startNats, startRedis } from '@longwire/testkit/servers';
import type { RunningServer } from '@longwire/testkit/servers';
import { startDispatchProcess } from './dispatch-process.ts';
import type { DispatchProcess } from './dispatch-process.ts';

const skip = (await skipWithout('nats-server')) || (await skipWithout('redis-server'));
const roomId = trustedId<RoomId>('1000');
/** Of a slow machine: what is awaited takes a second or two. */
const WITHIN = { timeoutMs: 30_000 };
/** Longer than the default, so that a machine that is slow for a moment loses none. */
const LEASE = { settings: { LONGWIRE_DISPATCH_LEASE_TTL: '4s' }, rounds: 8 };

describe('a dispatch process whose servers go and come back', { skip }, () => {
  let nats: RunningServer;
  let redis: RunningServer;
  let bus: OpenBus;
  let dispatch: DispatchProcess;
  let nextId = 0;

  beforeEach(async () => {
    [nats, redis] = await Promise.all([startNats(), startRedis()]);
    bus = await openNatsBus({ url: nats.url, lane: 'bulk', name: 'test', logger: createSilentLogger() });
    dispatch = await startDispatchProcess('dispatch-1', {
      natsUrl: nats.url,
      redisUrl: redis.url,
      settings: LEASE.settings,
    });
  });

  afterEach(async () => {
    await dispatch.end('SIGKILL');
    await bus.close();
    await Promise.all([nats.stop(), redis.stop()]);
  });

  /** Pushes until it is taken; resolves with the batch that the room then gets. */
  const pushThrough = async (): Promise<RoomBatch> => {
    const arrived = Promise.withResolvers<RoomBatch>();
    const subscription = await eventually(
      () => bus.subscribe({ kind: 'room-batch', roomId }, (payload) => arrived.resolve(RoomBatch.decode(payload))),
      WITHIN,
    );
    nextId += 1;
    const payload = Buffer.from(JSON.stringify({ cmd: 'DANMU_MSG', nextId }));
    const push = RoomPush.encode({
      messages: [{ messageId: `m${nextId}`, roomId, payload, acceptedAtMs: Date.now(), isUnkeyed: false }],
    });
    const request = push.finish();
    await eventually(async () => {
      const outcome = await bus.request({ kind: 'room-push', partition: partitionOf(roomId) }, request, 500);
      return outcome.ok && RoomPushReply.decode(outcome.payload).accepted === 1;
    }, WITHIN);
    const batch = await arrived.promise;
    subscription.unsubscribe();
    return batch;
  };

  it('says so while NATS is gone and serves again by itself', async (t) => {
    if (nats.isExternal) return t.skip('the server is not ours to stop');
    const before = await pushThrough();
    await nats.kill();
    await eventually(async () => (await dispatch.reasons()).includes('dispatch-bulk-bus'), WITHIN);
    await eventually(async () => (await dispatch.value('longwire_dispatch_partitions_owned')) === 0, WITHIN);
    nats = await startNats({ port: nats.port });
    const after = await pushThrough();
    assert.ok(after.epoch > before.epoch);
    assert.equal(after.firstSeq, 1);
    await eventually(async () => !(await dispatch.reasons()).includes('bus'), WITHIN);
  });

  it('says so while Redis is gone and goes on serving, and begins higher epochs when Redis has lost its data', async (t) => {
    if (redis.isExternal) return t.skip('the server is not ours to stop');
    const before = await pushThrough();
    await redis.kill();
    await eventually(async () => (await dispatch.reasons()).includes('dispatch-lease-store'), WITHIN);
    // So many rounds are longer than its leases last: it goes on by what it has heard, or not heard, on the bus.
    const overtime = 'longwire_dispatch_overtime_rounds_total';
    await eventually(async () => (await dispatch.value(overtime)) > LEASE.rounds, WITHIN);
    const meanwhile = await pushThrough();
    assert.equal(meanwhile.epoch, before.epoch);
    redis = await startRedis({ port: redis.port });
    await eventually(async () => assert.ok((await pushThrough()).epoch > before.epoch), WITHIN);
    await eventually(async () => !(await dispatch.reasons()).includes('dispatch-lease-store'), WITHIN);
  });
});
