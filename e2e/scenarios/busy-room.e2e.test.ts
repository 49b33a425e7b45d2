import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { eventually } from '@longwire/testkit';
import { enterAll } from '../harness/audience.ts';
import type { AudienceMember } from '../harness/audience.ts';
import { Longwire } from '../harness/launch.ts';
import type { Viewer } from '../harness/viewer.ts';

const VIEWERS = 200;
const MESSAGES = 1000;
const PROTOVERS = [0, 2, 3, 3] as const;

/** Viewers over both nodes, both transports and all encodings. */
function audience(count: number, roomId: string): readonly AudienceMember[] {
  return Array.from({ length: count }, (_, index) => ({
    deviceId: `${roomId}-${index}`,
    roomId,
    node: index % 2,
    over: index % 4 < 2 ? ('ws' as const) : ('tcp' as const),
    protover: PROTOVERS[index % PROTOVERS.length] ?? 3,
  }));
}

const textsOf = (viewer: Viewer): readonly unknown[] => viewer.received('DANMU_MSG').map((payload) => payload['n']);
const seqsOf = (viewer: Viewer): readonly number[] =>
  viewer.received('DANMU_MSG').map((payload) => (payload['lw'] as { seq: number }).seq);

describe('a busy room', () => {
  let longwire: Longwire;
  let viewers: readonly Viewer[];
  let neighbours: readonly Viewer[];

  before(async () => {
    longwire = await Longwire.launch({ mode: 'cluster' });
    viewers = await enterAll(longwire, audience(VIEWERS, 'hot'));
    neighbours = await enterAll(longwire, audience(8, 'quiet'));
  });
  after(async () => {
    for (const viewer of [...(viewers ?? []), ...(neighbours ?? [])]) viewer.close();
    const exit = await longwire?.stop();
    assert.equal(exit?.code, 0, exit?.stderr);
  });

  test('1,000 messages reach each of 200 viewers once and in order, in far fewer frames, each compressed once', async () => {
    const before = await counts(longwire);
    const expected = Array.from({ length: MESSAGES }, (_, n) => n);
    for (const n of expected) {
      // One after the other: the order of the answers is the order that viewers must see.
      await longwire.api.mustPush(
        { kind: 'room', roomId: 'hot' },
        { cmd: 'DANMU_MSG', n, text: '来了来了'.repeat(n % 7) },
      );
    }
    await eventually(() => viewers.every((viewer) => textsOf(viewer).length >= MESSAGES), { timeoutMs: 15_000 });
    for (const viewer of viewers) {
      assert.deepEqual(textsOf(viewer), expected);
      const seqs = seqsOf(viewer);
      assert.deepEqual(
        seqs,
        seqs.map((_, index) => (seqs[0] ?? 0) + index),
      );
      assert.equal(seqs[0], 1);
    }
    for (const neighbour of neighbours) assert.deepEqual(neighbour.messages, []);

    const done = await counts(longwire);
    const batches = done.batches - before.batches;
    assert.ok(batches > 0 && batches < MESSAGES / 3, `${batches} batches for ${MESSAGES} messages`);
    for (const encoding of ['zlib', 'brotli'] as const) {
      assert.equal(done[encoding] - before[encoding], batches, `one ${encoding} compression a batch`);
    }
    assert.equal(done.recoded - before.recoded, 0, 'no access node had to compress again');
  });

  test('a burst within 300 ms arrives in a handful of frames', async () => {
    const reader = viewers[3];
    assert.ok(reader !== undefined);
    const framesBefore = reader.messageFrames;
    await Promise.all(
      Array.from({ length: 200 }, (_, n) =>
        longwire.api.mustPush({ kind: 'room', roomId: 'hot' }, { cmd: 'BURST', n }),
      ),
    );
    await reader.untilReceived('BURST', 200);
    const frames = reader.messageFrames - framesBefore;
    assert.ok(frames < 40, `200 messages came in ${frames} frames`);
  });
});

async function counts(longwire: Longwire) {
  const dispatch = { tier: 'dispatch' };
  const [batches, zlib, brotli, recoded] = await Promise.all([
    longwire.metric('longwire_dispatch_batches_forwarded_total', dispatch),
    longwire.metric('longwire_dispatch_compressions_total', { ...dispatch, labels: 'encoding="zlib"' }),
    longwire.metric('longwire_dispatch_compressions_total', { ...dispatch, labels: 'encoding="brotli"' }),
    longwire.metric('longwire_access_recoded_batches_total', { tier: 'access' }),
  ]);
  return { batches, zlib, brotli, recoded };
}
