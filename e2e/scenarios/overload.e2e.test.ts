import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { eventually } from '@longwire/testkit';
import { enter } from '../harness/audience.ts';
import { Longwire } from '../harness/launch.ts';
import type { Viewer } from '../harness/viewer.ts';

const ROOM_RATE = 20;
const TIMES_TOO_MANY = 10;
const SECONDS = 8;
const PROBES = 20;
/** Wide: the machine is shared, and what is to be seen is whether express waits for bulk, which would be seconds. */
const SLOWER_AT_MOST = 10;
const NOISE_MS = 300;

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

describe('a room that is pushed ten times as much as it may get', () => {
  let longwire: Longwire;
  let viewer: Viewer;
  let probe: Viewer;

  before(async () => {
    longwire = await Longwire.launch({ mode: 'cluster', env: { LONGWIRE_DISPATCH_ROOM_RATE: String(ROOM_RATE) } });
    viewer = await enter(longwire, { deviceId: 'viewer', roomId: 'hot' });
    probe = await enter(longwire, { deviceId: 'probe', userId: 'probe', roomId: 'hot', node: 1 });
  });
  after(async () => {
    viewer?.close();
    probe?.close();
    const exit = await longwire?.stop();
    assert.equal(exit?.code, 0, exit?.stderr);
  });

  /** Times from the push of an express message until the viewer has it. */
  const probeExpress = async (label: string): Promise<readonly number[]> => {
    const times: number[] = [];
    for (let n = 0; n < PROBES; n += 1) {
      const startedAt = performance.now();
      const cmd = `EXPRESS_${label}_${n}`;
      await longwire.api.mustPush({ kind: 'user', userIds: ['probe'] }, { cmd });
      await probe.untilReceived(cmd);
      times.push(performance.now() - startedAt);
    }
    return times;
  };

  test('bulk is sampled by class, gifts all arrive without a gap, and express does not wait behind it', async () => {
    const idle = await probeExpress('idle');
    const total = ROOM_RATE * TIMES_TOO_MANY * SECONDS;
    let gifts = 0;
    const flood = async (): Promise<void> => {
      const startedAt = performance.now();
      for (let n = 0; n < total; n += 10) {
        const pushes = Array.from({ length: 10 }, (_, index) => {
          const cmd = index === 0 && n % 100 === 0 ? 'SEND_GIFT' : index < 7 ? 'DANMU_MSG' : 'LIKE_CLICK';
          if (cmd === 'SEND_GIFT') gifts += 1;
          return longwire.api.mustPush({ kind: 'room', roomId: 'hot' }, { cmd, n: n + index });
        });
        await Promise.all(pushes);
        const dueMs = startedAt + ((n + 10) / total) * SECONDS * 1000 - performance.now();
        if (dueMs > 0) await new Promise<void>((resolve) => setTimeout(resolve, dueMs));
      }
    };
    const [, busy] = await Promise.all([flood(), probeExpress('busy')]);
    const shed = await longwire.metric('longwire_dispatch_room_messages_shed_total');
    assert.ok(shed > total / 3, `${shed} of ${total} shed`);
    const received = (cmd: string): number => viewer.received(cmd).length;
    await eventually(() => received('SEND_GIFT') === gifts, { timeoutMs: 10_000 });
    await eventually(() =>
      assert.equal(received('DANMU_MSG') + received('LIKE_CLICK') + gifts + shed, total, 'all others are there'),
    );
    const [comments, likes] = [received('DANMU_MSG'), received('LIKE_CLICK')];
    assert.ok(likes / 0.3 < comments / 0.69, `${likes} likes, ${comments} comments: likes are the first to go`);
    const seqs = viewer.messages.flatMap(({ lw }) => (lw !== null && 'seq' in lw ? [lw.seq] : []));
    assert.deepEqual(
      seqs,
      seqs.map((_, index) => (seqs[0] ?? 0) + index),
    );
    const [before, during] = [median(idle), median(busy)];
    assert.ok(during < before * SLOWER_AT_MOST + NOISE_MS, `express took ${during} ms, ${before} ms when idle`);
  });
});
