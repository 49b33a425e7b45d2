import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AppError } from '@longwire/domain';
import type { Topic } from '@longwire/domain';
import { createMemoryBus } from './index.ts';

const topic: Topic = { kind: 'acks' };
const other: Topic = { kind: 'arrivals' };
const bytes = (length: number): Uint8Array => new Uint8Array(length);
const isCutOff = (error: unknown): boolean => error instanceof AppError && error.code === 'bus-unavailable';

describe('memory bus', () => {
  test('takes no more than its bound of bytes, and takes again once they are delivered', async () => {
    const bus = createMemoryBus({ maxPendingBytes: 100 });
    let received = 0;
    await bus.subscribe(topic, () => void (received += 1));
    assert.deepEqual([bus.publish(topic, bytes(60)), bus.publish(topic, bytes(60))], ['sent', 'unavailable']);
    assert.equal((await bus.request(topic, bytes(60), 1000)).ok, false);
    await bus.flush();
    assert.equal(bus.publish(topic, bytes(100)), 'sent');
    await bus.flush();
    assert.equal(received, 2);
  });

  test('hands over the very bytes that were published', async () => {
    const bus = createMemoryBus();
    const payload = bytes(10);
    const seen: Uint8Array[] = [];
    await bus.subscribe(topic, (received) => void seen.push(received));
    bus.publish(topic, payload);
    await bus.flush();
    assert.equal(seen[0], payload);
  });

  test('keeps order when handlers publish, and lets the event loop go on meanwhile', async () => {
    const bus = createMemoryBus();
    let left = 3000;
    await bus.subscribe(topic, () => {
      left -= 1;
      if (left > 0) bus.publish(topic, bytes(1));
    });
    bus.publish(topic, bytes(1));
    await new Promise<void>((resolve) => setImmediate(resolve));
    assert.ok(left > 0, 'nothing else ran until all was delivered');
    await bus.flush();
    assert.equal(left, 0);
  });

  test('tells what a handler threw, and delivers to the others', async () => {
    const errors: unknown[] = [];
    const bus = createMemoryBus({ onHandlerError: (error) => errors.push(error) });
    let received = 0;
    await bus.subscribe(topic, () => {
      throw new Error('broken');
    });
    await bus.subscribe(topic, () => void (received += 1));
    bus.publish(topic, bytes(1));
    await bus.flush();
    assert.deepEqual([errors.length, received], [1, 1]);
  });

  test('loses what is under way when it is cut off, refuses all, and goes on with its subscriptions after', async () => {
    const bus = createMemoryBus();
    const changes: boolean[] = [];
    let received = 0;
    bus.onConnectionChange((isConnected) => void changes.push(isConnected));
    await bus.subscribe(topic, () => void (received += 1));
    bus.publish(topic, bytes(1));
    const underWay = bus.request(other, bytes(1), 60_000);
    bus.setConnected(false);
    assert.equal(bus.publish(topic, bytes(1)), 'unavailable');
    assert.deepEqual(await underWay, { ok: false, failure: 'timeout' });
    assert.deepEqual(await bus.request(topic, bytes(1), 60_000), { ok: false, failure: 'unavailable' });
    await assert.rejects(
      bus.subscribe(other, () => {}),
      isCutOff,
    );
    await assert.rejects(bus.flush(), isCutOff);
    bus.setConnected(true);
    bus.publish(topic, bytes(1));
    await bus.flush();
    assert.deepEqual([changes, received], [[false, true], 1]);
  });

  test('stops telling a listener that was taken off', () => {
    const bus = createMemoryBus();
    let told = 0;
    const stop = bus.onConnectionChange(() => (told += 1));
    stop();
    bus.setConnected(false);
    assert.equal(told, 0);
  });

  test('a subscription drains at once when an outage takes what was under way', async () => {
    const bus = createMemoryBus();
    let calls = 0;
    const subscription = await bus.subscribe(topic, () => void (calls += 1));
    bus.publish(topic, bytes(1));
    const drained = subscription.drain();
    bus.setConnected(false);
    await drained;
    bus.setConnected(true);
    bus.publish(topic, bytes(1));
    await bus.flush();
    assert.equal(calls, 0);
  });
});
