import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMetricsRegistry, createSilentLogger, systemClock } from '@longwire/runtime';
import { eventually } from '@longwire/testkit';
import { startFakeLongwire } from '../../test/fake-longwire.ts';
import type { FakeLongwire } from '../../test/fake-longwire.ts';
import { createConsoleMetrics } from '../metrics.ts';
import { createLongwireApi } from './longwire-api.ts';
import { createUplinkToPush } from './uplink-to-push.ts';

function event(number: number, data: object = { type: 'barrage', text: `say ${number}`, name: 'Ada' }): string {
  const uplink = { type: 'uplink', eventId: `e${number}`, userId: '42', deviceId: 'd1', rooms: ['1000'], data, at: 1 };
  return `id: ${number}-0\ndata: ${JSON.stringify(uplink)}\n\n`;
}

function pushedTexts({ calls }: FakeLongwire): readonly unknown[] {
  return calls.map(({ body }) => (body as { payload: { text: string } }).payload.text);
}

async function open() {
  const fake = await startFakeLongwire();
  const registry = createMetricsRegistry();
  const { component, isOpen } = createUplinkToPush({
    api: createLongwireApi({ controlUrl: fake.url, serviceUrl: fake.url, apiKey: 'the-key' }),
    clock: systemClock(),
    logger: createSilentLogger(),
    metrics: createConsoleMetrics(registry),
    random: () => 0,
  });
  await component.start(new AbortController().signal);
  // A start waits for the stream for 2 s at most; what is emitted before it is open is lost.
  await eventually(isOpen);
  return {
    fake,
    registry,
    [Symbol.asyncDispose]: async () => {
      await component.stop();
      await fake[Symbol.asyncDispose]();
    },
  };
}

test('is open once it has started, and pushes what viewers say, with the key of the backend', async () => {
  await using opened = await open();
  const { fake } = opened;
  fake.emit(event(1));
  await eventually(() => fake.calls.length === 1);
  const [call] = fake.calls;
  assert.equal(call?.headers['authorization'], 'Bearer the-key');
  assert.deepEqual(call?.body, {
    target: { kind: 'room', roomId: '1000' },
    idempotencyKey: 'e1',
    payload: { cmd: 'DANMU_MSG', id: 'e1', userId: '42', name: 'Ada', text: 'say 1', at: 1 },
  });
});

test('keeps the order of what one device says', async () => {
  await using opened = await open();
  const { fake } = opened;
  const numbers = Array.from({ length: 40 }, (_, index) => index + 1);
  fake.emit(numbers.map((number) => event(number)).join(''));
  await eventually(() => fake.calls.length === 40);
  assert.deepEqual(
    pushedTexts(fake),
    numbers.map((number) => `say ${number}`),
  );
});

test('goes on behind the last event after a cut, and pushes a repeated one once', async () => {
  await using opened = await open();
  const { fake } = opened;
  fake.emit(event(1) + event(2));
  await eventually(() => fake.calls.length === 2);
  fake.cut();
  await eventually(() => fake.opened.length === 2);
  fake.emit(event(2) + event(3));
  await eventually(() => fake.calls.length === 3);
  assert.deepEqual(
    fake.opened.map(({ lastEventId }) => lastEventId),
    ['', '2-0'],
  );
  assert.deepEqual(pushedTexts(fake), ['say 1', 'say 2', 'say 3']);
});

test('begins anew where service does not know the place any more', async () => {
  await using opened = await open();
  const { fake } = opened;
  fake.emit(event(1));
  await eventually(() => fake.calls.length === 1);
  const tried: unknown[] = [];
  fake.answer(({ path, headers }) => {
    if (!path.startsWith('/v1/events')) return undefined;
    tried.push(headers['last-event-id']);
    return headers['last-event-id'] === undefined ? undefined : { status: 400, body: { detail: 'no such place' } };
  });
  fake.cut();
  await eventually(() => fake.opened.length === 2);
  assert.deepEqual(tried, ['1-0', undefined]);
});

test('tries a push again with the same key while dispatch is away', async () => {
  await using opened = await open();
  const { fake } = opened;
  let refusals = 2;
  fake.answer(({ path }) => {
    if (path !== '/v1/push' || refusals === 0) return undefined;
    refusals -= 1;
    return { status: 503, body: { detail: 'away' } };
  });
  fake.emit(event(1));
  await eventually(() => fake.calls.length === 3);
  const keys = fake.calls.map(({ body }) => (body as { idempotencyKey: string }).idempotencyKey);
  assert.deepEqual(keys, ['e1', 'e1', 'e1']);
});

test('counts what makes no sense and goes on', async () => {
  await using opened = await open();
  const { fake, registry } = opened;
  fake.emit(
    'id: 1-0\ndata: {broken\n\n' + event(2, { type: 'gift' }) + 'event: gap\ndata: {"type":"gap"}\n\n' + event(3),
  );
  await eventually(() => fake.calls.length === 1);
  const text = await registry.text();
  assert.match(text, /longwire_console_uplinks_total\{outcome="invalid"\} 2/);
  assert.match(text, /longwire_console_event_stream_gaps_total 1/);
});
