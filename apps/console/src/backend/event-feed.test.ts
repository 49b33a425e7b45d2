import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSilentLogger, systemClock } from '@longwire/runtime';
import { eventually } from '@longwire/testkit';
import { createEventFeed } from './event-feed.ts';
import type { OpenEventsOptions } from './longwire-api.ts';

const encoder = new TextEncoder();

/** Runs a feed over streams that end one after the other; the last one stays open. */
async function follow(streams: readonly (readonly Uint8Array[])[], isDone: (texts: readonly string[]) => boolean) {
  const texts: string[] = [];
  const places: (string | undefined)[] = [];
  async function* chunksOf(stream: readonly Uint8Array[], signal: AbortSignal): AsyncGenerator<Uint8Array> {
    yield* stream;
    if (places.length < streams.length) return;
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  }
  const openEvents = async ({ lastEventId, signal }: OpenEventsOptions): Promise<AsyncIterable<Uint8Array>> => {
    places.push(lastEventId);
    return chunksOf(streams[places.length - 1] ?? [], signal);
  };
  const feed = createEventFeed({
    api: { openEvents },
    clock: systemClock(),
    logger: createSilentLogger(),
    types: ['uplink'],
    onEvent: async ({ data }) => void texts.push(data),
    onOpen: () => undefined,
    random: () => 0,
  });
  const stopping = new AbortController();
  const running = feed.run(stopping.signal);
  await eventually(() => isDone(texts));
  stopping.abort();
  await running;
  return { texts, places };
}

test('reads the same events wherever the stream is cut, inside a character and a line end too', async () => {
  const bytes = encoder.encode('id: 1-0\r\ndata: {"text":"你好"}\r\n\r\n: nothing\n\nid: 2-0\ndata: b\n\n');
  const { texts } = await follow([Array.from(bytes, (byte) => Uint8Array.of(byte))], ({ length }) => length === 2);
  assert.deepEqual(texts, ['{"text":"你好"}', 'b']);
});

test('leaves a stream whose event goes beyond 1 Mi characters, and goes on behind the last whole one', async () => {
  const half = 'x'.repeat(512 * 1024);
  const largest = encoder.encode(`id: 1-0\ndata: ${half}`);
  const endless = encoder.encode(`id: 2-0\ndata: ${half}`);
  const rest = encoder.encode(half.slice(0, -'data: '.length));
  const first = [largest, rest, encoder.encode('\n\n'), endless, rest, encoder.encode('y')];
  const { texts, places } = await follow([first, [encoder.encode('data: again\n\n')]], (seen) =>
    seen.includes('again'),
  );
  assert.deepEqual(
    texts.map(({ length }) => length),
    [2 * half.length - 'data: '.length, 'again'.length],
  );
  assert.deepEqual(places, [undefined, '1-0']);
});
