import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { eventually } from '@longwire/testkit';
import { encodeClientFrame } from '@longwire/wire';
import type { ServerFrame } from '@longwire/wire';
import { enter, enterAll } from '../harness/audience.ts';
import { Longwire } from '../harness/launch.ts';
import type { Viewer } from '../harness/viewer.ts';

interface Position {
  readonly epoch: number;
  readonly seq: number;
}

/** The position of the last message of a room that the viewer was sent. */
function lastOf(viewer: Viewer): Position {
  const lw = viewer.messages.at(-1)?.lw;
  assert.ok(lw !== null && lw !== undefined && 'room' in lw, 'no room message yet');
  return { epoch: lw.epoch, seq: lw.seq };
}

function resume(viewer: Viewer, roomId: string, { epoch, seq }: Position): Promise<ServerFrame> {
  return viewer.request((own) => encodeClientFrame({ kind: 'resume', seq: own, roomId, epoch, roomSeq: seq }));
}

function numbers(viewer: Viewer): unknown[] {
  return viewer.received('NUMBER').map((payload) => payload['n']);
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

describe('resume', () => {
  let longwire: Longwire;
  const open: Viewer[] = [];
  const counts = new Map<string, number>();

  before(async () => {
    // What is kept for 30 s by default: these tests are about what is kept, not about how fast a machine gets through them.
    longwire = await Longwire.launch({
      mode: 'cluster',
      env: {
        LONGWIRE_ACCESS_HISTORY_KEEP: '5m',
        LONGWIRE_DISPATCH_HISTORY_KEEP: '5m',
        LONGWIRE_ACCESS_RESUME_WAIT: '10s',
      },
    });
  });
  after(async () => {
    for (const viewer of open) viewer.close();
    const exit = await longwire?.stop();
    assert.equal(exit?.code, 0, exit?.stderr);
  });

  async function enterRoom(roomId: string, node: number, deviceId = 'd1'): Promise<Viewer> {
    const viewer = await enter(longwire, { deviceId: `${roomId}-${deviceId}`, roomId, node });
    open.push(viewer);
    return viewer;
  }

  /** Pushes the room's next numbers, one by one; one whose answer is lost is not sent a second time. */
  async function push(roomId: string, count: number): Promise<void> {
    for (let index = 0; index < count; index += 1) {
      const n = (counts.get(roomId) ?? 0) + 1;
      await eventually(() =>
        longwire.api.mustPush({ kind: 'room', roomId }, { cmd: 'NUMBER', n }, { idempotencyKey: `${roomId}-${n}` }),
      );
      counts.set(roomId, n);
    }
  }

  test('a viewer that comes back through another node gets exactly what it missed, and then what is live', async () => {
    const roomId = 'moved';
    const before_ = await enterRoom(roomId, 0);
    await push(roomId, 10);
    await before_.untilReceived('NUMBER', 10);
    const seen = lastOf(before_);
    before_.line.cut();
    const other = await enterRoom(roomId, 0, 'd2');
    await push(roomId, 20);
    await other.untilReceived('NUMBER', 20);
    const back = await enterRoom(roomId, 1);
    const reply = await resume(back, roomId, seen);
    assert.ok(reply.kind === 'resumeReply' && reply.code === 0 && reply.recovered, JSON.stringify(reply));
    await push(roomId, 5);
    await back.untilReceived('NUMBER', 25);
    assert.deepEqual(numbers(back), range(11, 35));
  });

  test('after kill -9 of every dispatch process the rooms keep their epoch, their seq and their past', async () => {
    const rooms = Array.from({ length: 6 }, (_, index) => `kept-${index}`);
    const viewers = await Promise.all(rooms.map((roomId, index) => enterRoom(roomId, index % 2)));
    for (const roomId of rooms) await push(roomId, 6);
    await Promise.all(viewers.map((viewer) => viewer.untilReceived('NUMBER', 6)));
    const seen = viewers.map(lastOf);
    for (const [round, name] of ['dispatch-1', 'dispatch-2'].entries()) {
      const pid = longwire.pidOf(name);
      process.kill(pid, 'SIGKILL');
      await eventually(() => longwire.pidOf(name) !== pid, { what: `${name} running again` });
      for (const roomId of rooms) await push(roomId, 2);
      // What waits in a window dies with its owner: bulk is at most once live.
      await Promise.all(viewers.map((viewer) => viewer.untilReceived('NUMBER', 8 + 2 * round)));
    }
    for (const [index, viewer] of viewers.entries()) {
      assert.deepEqual(numbers(viewer), range(1, 10));
      assert.deepEqual(lastOf(viewer), { epoch: seen[index]?.epoch, seq: 10 });
    }
    // From the other node, which has never had the room: the owner has it, in part from the node that had.
    const back = await Promise.all(rooms.map((roomId, index) => enterRoom(roomId, (index + 1) % 2, 'd2')));
    for (const [index, viewer] of back.entries()) {
      const reply = await resume(viewer, rooms[index] ?? '', { epoch: seen[index]?.epoch ?? 0, seq: 3 });
      assert.ok(reply.kind === 'resumeReply' && reply.recovered, JSON.stringify(reply));
      await viewer.untilReceived('NUMBER', 7);
      assert.deepEqual(numbers(viewer), range(4, 10));
    }
  });

  test('a crowd of 100 that comes back at once is served by its node, not one by one by dispatch', async () => {
    const roomId = 'crowd';
    const first = await enterRoom(roomId, 0);
    await push(roomId, 3);
    await first.untilReceived('NUMBER', 3);
    const seen = lastOf(first);
    await push(roomId, 27);
    await first.untilReceived('NUMBER', 30);
    const asksBefore = await longwire.metric('longwire_access_history_asks_total', { tier: 'access' });
    const members = range(1, 100).map((index) => ({ deviceId: `crowd-${index}`, roomId, node: 1 }));
    const crowd = await enterAll(longwire, members);
    open.push(...crowd);
    const replies = await Promise.all(crowd.map((viewer) => resume(viewer, roomId, seen)));
    assert.ok(replies.every((reply) => reply.kind === 'resumeReply' && reply.recovered));
    await push(roomId, 2);
    for (const viewer of crowd) {
      await viewer.untilReceived('NUMBER', 29);
      assert.deepEqual(numbers(viewer), range(4, 32));
    }
    const asks = (await longwire.metric('longwire_access_history_asks_total', { tier: 'access' })) - asksBefore;
    assert.ok(asks <= 5, `${asks} questions to dispatch`);
  });

  test('what is gone, from the future, of another epoch or of another room is answered honestly', async () => {
    const roomId = 'honest';
    const viewer = await enterRoom(roomId, 0);
    await push(roomId, 750);
    await viewer.untilReceived('NUMBER', 750);
    const { epoch, seq } = lastOf(viewer);
    for (const position of [
      { epoch, seq: 1 },
      { epoch, seq: seq + 1000 },
      { epoch: epoch - 1, seq },
      { epoch: epoch + 1_000_000, seq },
    ]) {
      const reply = await resume(viewer, roomId, position);
      assert.ok(reply.kind === 'resumeReply' && reply.code === 0 && !reply.recovered, JSON.stringify(reply));
      assert.deepEqual({ epoch: reply.epoch, seq: reply.roomSeq }, { epoch, seq });
    }
    const foreign = await resume(viewer, 'not-mine', { epoch, seq });
    assert.ok(foreign.kind === 'resumeReply' && foreign.code === -404);
    assert.deepEqual(numbers(viewer), range(1, 750));
  });
});
