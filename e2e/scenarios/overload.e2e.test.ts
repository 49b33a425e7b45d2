import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from '@longwire/testkit';
import { enter } from '../harness/audience.ts';
import { Longwire } from '../harness/launch.ts';
import type { Viewer } from '../harness/viewer.ts';

const ROOM_RATE = 20;
const TIMES_TOO_MANY = 10;
const SECONDS = 8;
/** Long, so that bulk waits long enough for an express message to be seen to go ahead of it. */
const WINDOW_MS = 1000;
const PROBE_EVERY_MS = 150;

describe('a room that is pushed ten times as much as it may get', () => {
  let longwire: Longwire;
  let viewer: Viewer;
  let probe: Viewer;

  before(async () => {
    longwire = await Longwire.launch({
      mode: 'cluster',
      env: { LONGWIRE_DISPATCH_ROOM_RATE: String(ROOM_RATE), LONGWIRE_DISPATCH_WINDOW: `${WINDOW_MS}ms` },
    });
    viewer = await enter(longwire, { deviceId: 'viewer', roomId: 'hot' });
    probe = await enter(longwire, { deviceId: 'probe', userId: 'probe', roomId: 'hot', node: 1 });
  });
  after(async () => {
    viewer?.close();
    probe?.close();
    const exit = await longwire?.stop();
    assert.equal(exit?.code, 0, exit?.stderr);
  });

  interface Flooded {
    readonly total: number;
    readonly gifts: number;
    readonly tookMs: number;
  }

  /** Pushes ten times what is allowed, as far as the machine gets; what is answered with 202 is noted in `taken`. */
  async function flood(taken: Set<unknown>): Promise<Flooded> {
    const total = ROOM_RATE * TIMES_TOO_MANY * SECONDS;
    const startedAt = performance.now();
    let gifts = 0;
    for (let first = 0; first < total; first += 10) {
      const pushes = Array.from({ length: 10 }, async (_, index) => {
        const n = first + index;
        const cmd = n % 100 === 0 ? 'SEND_GIFT' : index < 7 ? 'DANMU_MSG' : 'LIKE_CLICK';
        if (cmd === 'SEND_GIFT') gifts += 1;
        await longwire.api.mustPush({ kind: 'room', roomId: 'hot' }, { cmd, n });
        taken.add(n);
      });
      await Promise.all(pushes);
      const dueMs = startedAt + ((first + 10) / total) * SECONDS * 1000 - performance.now();
      if (dueMs > 0) await delay(dueMs);
    }
    return { total, gifts, tookMs: performance.now() - startedAt };
  }

  /** Express messages to one who is in the room, until told to stop: how many of them went ahead of bulk taken before them. */
  async function probeExpress(taken: ReadonlySet<unknown>, signal: AbortSignal) {
    const probes: { readonly cmd: string; readonly takenBefore: ReadonlySet<unknown> }[] = [];
    while (!signal.aborted) {
      const cmd = `EXPRESS_${probes.length}`;
      probes.push({ cmd, takenBefore: new Set(taken) });
      await longwire.api.mustPush({ kind: 'user', userIds: ['probe'] }, { cmd });
      await probe.untilReceived(cmd);
      await delay(PROBE_EVERY_MS);
    }
    const wentAhead = probes.filter(({ cmd, takenBefore }) => {
      const at = probe.messages.findIndex((message) => message.cmd === cmd);
      return probe.messages.slice(at).some(({ payload }) => takenBefore.has(payload['n']));
    });
    return { probes: probes.length, wentAhead: wentAhead.length };
  }

  test('bulk is sampled by class, gifts all arrive without a gap, and express does not wait behind it', async () => {
    const taken = new Set<unknown>();
    const over = new AbortController();
    const [{ total, gifts, tookMs }, express] = await Promise.all([
      flood(taken).finally(() => over.abort()),
      probeExpress(taken, over.signal),
    ]);
    const received = (cmd: string): number => viewer.received(cmd).length;
    const shed = await eventually(async () => {
      const count = await longwire.metric('longwire_dispatch_room_messages_shed_total');
      assert.equal(received('SEND_GIFT'), gifts);
      assert.equal(received('DANMU_MSG') + received('LIKE_CLICK') + gifts + count, total, 'all others are there');
      return count;
    });
    // Sampled by a hash and over 5 s: twice the rate is not passed by chance.
    const most = 2 * ROOM_RATE * (tookMs / 1000 + 5);
    assert.ok(shed > 0 && total - gifts - shed <= most, `${shed} of ${total} shed, in ${tookMs} ms`);
    const [comments, likes] = [received('DANMU_MSG'), received('LIKE_CLICK')];
    assert.ok(likes / 0.3 < comments / 0.69, `${likes} likes, ${comments} comments: likes are the first to go`);
    const seqs = viewer.messages.flatMap(({ lw }) => (lw !== null && 'seq' in lw ? [lw.seq] : []));
    assert.deepEqual(
      seqs,
      seqs.map((_, index) => (seqs[0] ?? 0) + index),
    );
    // By order and not by time: in one queue with bulk none of them would go ahead.
    assert.ok(express.wentAhead * 2 > express.probes, JSON.stringify(express));
  });
});
