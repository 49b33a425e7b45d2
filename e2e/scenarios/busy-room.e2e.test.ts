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
/** Defaults of dispatch: one batch in this time, unless so many messages fill it up before. */
const WINDOW_MS = 200;
const WINDOW_MESSAGES = 200;

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

/** What aggregation promises, however fast the pushes come; a timer may be a millisecond early. */
function mostBatches(messages: number, elapsedMs: number): number {
  return Math.ceil(elapsedMs / (WINDOW_MS - 1)) + Math.floor(messages / WINDOW_MESSAGES) + 1;
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
    const startedAt = performance.now();
    const expected = Array.from({ length: MESSAGES }, (_, n) => n);
    for (const n of expected) {
      // One after the other: the order of the answers is the order that viewers must see.
      await longwire.api.mustPush(
        { kind: 'room', roomId: 'hot' },
        { cmd: 'DANMU_MSG', n, text: '来了来了'.repeat(n % 7) },
      );
    }
    await eventually(() => viewers.every((viewer) => textsOf(viewer).length >= MESSAGES));
    const most = mostBatches(MESSAGES, performance.now() - startedAt);
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

    await eventually(async () => {
      const done = await counts(longwire);
      const batches = done.batches - before.batches;
      assert.ok(batches > 0 && batches <= most, `${batches} batches for ${MESSAGES} messages, at most ${most}`);
      assert.equal(done.zlib - before.zlib, batches, 'one zlib compression a batch');
      // One whose best quality takes too long, on a busy machine, is compressed once more in a hurry, and counted.
      const late = done.late - before.late;
      assert.equal(done.brotli - before.brotli, batches + late, 'one brotli compression a batch');
      assert.equal(done.recoded - before.recoded, 0, 'no access node had to compress again');
    });
  });

  test('a burst arrives in a handful of frames', async () => {
    const reader = viewers[3];
    assert.ok(reader !== undefined);
    const framesBefore = reader.messageFrames;
    const startedAt = performance.now();
    await Promise.all(
      Array.from({ length: 200 }, (_, n) =>
        longwire.api.mustPush({ kind: 'room', roomId: 'hot' }, { cmd: 'BURST', n }),
      ),
    );
    await reader.untilReceived('BURST', 200);
    const frames = reader.messageFrames - framesBefore;
    const most = mostBatches(200, performance.now() - startedAt);
    assert.ok(frames <= most, `200 messages came in ${frames} frames, at most ${most}`);
  });
});

async function counts(longwire: Longwire) {
  const dispatch = { tier: 'dispatch' };
  const [batches, zlib, brotli, recoded, late] = await Promise.all([
    longwire.metric('longwire_dispatch_batches_forwarded_total', dispatch),
    longwire.metric('longwire_dispatch_compressions_total', { ...dispatch, labels: 'encoding="zlib"' }),
    longwire.metric('longwire_dispatch_compressions_total', { ...dispatch, labels: 'encoding="brotli"' }),
    longwire.metric('longwire_access_recoded_total', { tier: 'access' }),
    longwire.metric('longwire_dispatch_best_quality_late_total', dispatch),
  ]);
  return { batches, zlib, brotli, recoded, late };
}
