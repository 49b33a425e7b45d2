import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { BODY_VER, encodeClientFrame } from '@longwire/wire';
import { eventually } from '@longwire/testkit';
import { createCorpus } from '../bench/corpus/corpus.ts';
import { enter, enterAll } from '../harness/audience.ts';
import { Longwire } from '../harness/launch.ts';
import type { Viewer } from '../harness/viewer.ts';

const ROOM = 'talk';
const PROTOVERS = [4, 4, 4, 3, 0] as const;

describe('a room with a dictionary', () => {
  let longwire: Longwire;
  let viewers: readonly Viewer[];
  let pushed = 0;

  before(async () => {
    const env = { LONGWIRE_DISPATCH_DICTIONARY_SIZE: '8KiB' };
    longwire = await Longwire.launch({ mode: 'cluster', env, args: ['--dispatch', '1'] });
    // Both nodes and both transports have viewers of every kind.
    const members = Array.from({ length: 20 }, (_, index) => ({
      deviceId: `talk-${index}`,
      roomId: ROOM,
      node: index % 2,
      over: index % 4 < 2 ? ('ws' as const) : ('tcp' as const),
      protover: PROTOVERS[index % PROTOVERS.length] ?? 0,
    }));
    viewers = await enterAll(longwire, members);
  });
  after(async () => {
    for (const viewer of viewers ?? []) viewer.close();
    const exit = await longwire?.stop();
    assert.equal(exit?.code, 0, exit?.stderr);
  });

  const corpus = createCorpus({ seed: 5, form: 'rich' });
  const numbersOf = (viewer: Viewer): unknown[] => viewer.received('E2E').map((payload) => payload['number']);
  const all = (): number[] => Array.from({ length: pushed }, (_, number) => number);

  /** So many messages after each other, until everybody has them. */
  async function talk(count: number): Promise<void> {
    for (let index = 0; index < count; index += 1) {
      const said = JSON.parse(corpus.next()) as Record<string, unknown>;
      const payload = { ...said, cmd: 'E2E', number: pushed };
      // With a key, so that one whose answer was lost is not sent a second time.
      const rest = { idempotencyKey: `talk-${pushed}` };
      await eventually(() => longwire.api.mustPush({ kind: 'room', roomId: ROOM }, payload, rest));
      pushed += 1;
    }
    await eventually(() => viewers.every((viewer) => numbersOf(viewer).length >= pushed));
  }

  const takers = (): readonly Viewer[] => viewers.filter((_, index) => PROTOVERS[index % PROTOVERS.length] === 4);
  const framesOf = (viewer: Viewer, ver: number): number => viewer.vers.get(ver) ?? 0;

  test('who takes one is sent it once and then batches against it; everybody reads the same, in order', async () => {
    await eventually(
      async () => {
        await talk(5);
        return takers().every((viewer) => framesOf(viewer, BODY_VER.dictionary) > 0);
      },
      { timeoutMs: 30_000, what: 'batches of ver 4' },
    );
    for (const viewer of viewers) assert.deepEqual(numbersOf(viewer), all());
    for (const viewer of takers()) assert.equal(viewer.dictionaries, 1);
    for (const viewer of viewers.filter((each) => !takers().includes(each))) {
      assert.deepEqual([viewer.dictionaries, framesOf(viewer, BODY_VER.dictionary)], [0, 0]);
    }
    const made = await longwire.metric('longwire_dispatch_dictionaries_total', {
      tier: 'dispatch',
      labels: '{outcome="made"}',
    });
    assert.equal(made, 1);
  });

  test('one who joins and resumes gets what it missed in ver 3, and goes on with the dictionary', async () => {
    const last = viewers[0]?.received('E2E').at(-1);
    assert.ok(last !== undefined);
    const { epoch, seq: roomSeq } = last['lw'] as { epoch: number; seq: number };
    const seen = pushed;
    await talk(5);
    const late = await enter(longwire, { deviceId: 'late', roomId: ROOM, protover: 4 });
    await late.request((seq) => encodeClientFrame({ kind: 'resume', seq, roomId: ROOM, epoch, roomSeq }));
    await eventually(() => numbersOf(late).length === pushed - seen);
    assert.equal(framesOf(late, BODY_VER.dictionary), 0);
    await talk(3);
    await eventually(() => numbersOf(late).length === pushed - seen);
    assert.deepEqual(numbersOf(late), all().slice(seen));
    assert.ok(framesOf(late, BODY_VER.dictionary) > 0);
    assert.equal(late.dictionaries, 1);
    late.close();
  });

  test('the owner of the room dies: its batches go on without, then with the dictionary of the next', async () => {
    const before = takers().map((viewer) => framesOf(viewer, BODY_VER.dictionary));
    process.kill(longwire.pidOf('dispatch-1'), 'SIGKILL');
    await eventually(
      async () => {
        await talk(5);
        return takers().every((viewer, index) => framesOf(viewer, BODY_VER.dictionary) > (before[index] ?? 0));
      },
      { timeoutMs: 60_000, what: 'the next dictionary' },
    );
    for (const viewer of takers()) assert.equal(viewer.dictionaries, 2);
    for (const viewer of viewers) assert.deepEqual(numbersOf(viewer), all());
  });
});
