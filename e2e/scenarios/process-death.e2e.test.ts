import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { eventually } from '@longwire/testkit';
import { enter } from '../harness/audience.ts';
import { Longwire } from '../harness/launch.ts';
import type { Viewer } from '../harness/viewer.ts';

/** Rooms enough to be in partitions of both dispatch processes. */
const ROOMS = Array.from({ length: 8 }, (_, index) => `room-${index}`);

describe('kill -9 of any one process', () => {
  let longwire: Longwire;
  let viewers: readonly Viewer[];
  let round = 0;

  before(async () => {
    longwire = await Longwire.launch({ mode: 'cluster' });
    viewers = await enterRooms();
  });
  after(async () => {
    for (const viewer of viewers ?? []) viewer.close();
    const exit = await longwire?.stop();
    assert.equal(exit?.code, 0, exit?.stderr);
  });

  const enterRooms = (): Promise<readonly Viewer[]> =>
    Promise.all(
      ROOMS.map((roomId, index) =>
        enter(longwire, { userId: `u-${roomId}`, deviceId: roomId, roomId, node: index % 2 }),
      ),
    );

  /** A push to each room, one to a user, all answered with 202 and received. */
  async function pushesFlow(): Promise<void> {
    round += 1;
    const cmd = `ROUND_${round}`;
    await Promise.all(
      ROOMS.map((roomId) =>
        // With a key, so that one whose answer was lost is not sent a second time.
        eventually(
          () =>
            longwire.api.mustPush({ kind: 'room', roomId }, { cmd, roomId }, { idempotencyKey: `${cmd}-${roomId}` }),
          { everyMs: 100 },
        ),
      ),
    );
    await Promise.all(viewers.map((viewer) => viewer.untilReceived(cmd)));
    for (const viewer of viewers) assert.equal(viewer.received(cmd).length, 1);
    await longwire.api.mustPush({ kind: 'user', userIds: [`u-${ROOMS[0]}`] }, { cmd: `USER_${round}` });
    await viewers[0]?.untilReceived(`USER_${round}`);
  }

  async function untilRestarted(name: string, oldPid: number): Promise<void> {
    await eventually(() => longwire.pidOf(name) !== oldPid, { what: `${name} running again` });
  }

  /** Partitions that a process has begun to own. */
  async function takenOver(name: string): Promise<number> {
    return longwire.metric('longwire_dispatch_partition_takeovers_total', { tier: name });
  }

  test('pushes flow before anything dies', () => pushesFlow());

  for (const name of ['dispatch-1', 'dispatch-2', 'logic-1', 'service-1', 'control-1', 'console-1']) {
    test(`${name}: noticed and started again; pushes flow, and no viewer was touched`, async () => {
      const pid = longwire.pidOf(name);
      const others = Object.entries(longwire.currentReport().pids).filter(([other]) => other !== name);
      process.kill(pid, 'SIGKILL');
      await untilRestarted(name, pid);
      await pushesFlow();
      assert.ok(viewers.every((viewer) => !viewer.isClosed));
      for (const [other, otherPid] of others) assert.equal(longwire.pidOf(other), otherPid, `${other} was left alone`);
    });
  }

  test('dispatch: the other one takes the rooms over, without the dead one coming back', async () => {
    const pid = longwire.pidOf('dispatch-1');
    const takenBefore = await takenOver('dispatch-2');
    // Stopped, not killed: the launcher sees nothing, only the leases lapse. That this takes 3 s at most is held by a
    // fake clock in dispatch; here nobody goes on until the other one has all of the rooms.
    process.kill(pid, 'SIGSTOP');
    try {
      await Promise.all(
        ROOMS.map((roomId) => eventually(() => longwire.api.mustPush({ kind: 'room', roomId }, { cmd: 'TAKEN' }))),
      );
      await Promise.all(viewers.map((viewer) => viewer.untilReceived('TAKEN')));
      assert.ok((await takenOver('dispatch-2')) > takenBefore);
      assert.equal(longwire.pidOf('dispatch-1'), pid, 'nobody started the dead one again');
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    await pushesFlow();
  });

  test('access-1: its viewers return through any node and get pushes; the others never noticed', async () => {
    const pid = longwire.pidOf('access-1');
    process.kill(pid, 'SIGKILL');
    await untilRestarted('access-1', pid);
    assert.ok(viewers.filter((_, index) => index % 2 === 1).every((viewer) => !viewer.isClosed));
    for (const viewer of viewers) viewer.close();
    viewers = await enterRooms();
    await pushesFlow();
    await eventually(async () =>
      assert.deepEqual((await longwire.api.service('GET', '/v1/online')).body['connections'], ROOMS.length),
    );
  });
});
