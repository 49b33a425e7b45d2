import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fakeClock } from '@longwire/testkit';
import { decodeFrames, parseServerFrame, SERVER_FRAME_LIMITS } from '@longwire/wire';
import type { Connection } from '../connection/connection.ts';
import { Drain } from './drain.ts';

/** What a drain does to a connection, and nothing else. */
function client(clock: ReturnType<typeof fakeClock>) {
  const self = {
    isClosed: false,
    hintedAtMs: -1,
    afterMs: -1,
    firstNode: '',
    closedAs: '',
    send(bytes: Uint8Array) {
      const [frame] = decodeFrames(bytes, SERVER_FRAME_LIMITS).frames;
      const parsed = frame === undefined ? undefined : parseServerFrame(frame);
      assert.ok(parsed?.ok === true && parsed.frame.kind === 'reconnectHint');
      self.hintedAtMs = clock.monotonic();
      self.afterMs = parsed.frame.afterMs;
      self.firstNode = parsed.frame.nodes[0]?.nodeId ?? '';
    },
    close(name: string) {
      self.isClosed = true;
      self.closedAs = name;
    },
  };
  return self;
}

function fixture(count: number) {
  const clock = fakeClock();
  const clients = Array.from({ length: count }, () => client(clock));
  let step = 0;
  const due = { left: 0, closed: 0 };
  const drain = new Drain({
    table: {
      get connections() {
        return clients.filter(({ isClosed }) => !isClosed) as unknown as readonly Connection[];
      },
      get size() {
        return this.connections.length;
      },
      lingering: new Set(),
    },
    clock,
    pace: { percentPerSec: 10, closeAfterMs: 5000 },
    alternatives: () =>
      ['b', 'c'].map((nodeId) => ({ nodeId, region: 'local', ws: `ws://${nodeId}`, tcp: `${nodeId}:1`, share: 1 })),
    random: () => {
      step += 1;
      return (step * 0.618_034) % 1;
    },
    onRound: () => undefined,
    onDue: (left, closed) => {
      due.left += left;
      due.closed += closed;
    },
  });
  return { clock, clients, drain, due };
}

test('never more than a tenth of the clients come back in a second, spread over it and over the other nodes', () => {
  const { clock, clients, drain } = fixture(1000);
  drain.begin(null);
  clock.advance(9000);
  const perSecond = new Map<number, number>();
  for (const { hintedAtMs, afterMs } of clients) {
    const second = Math.floor((hintedAtMs + afterMs) / 1000);
    perSecond.set(second, (perSecond.get(second) ?? 0) + 1);
  }
  assert.equal(perSecond.size, 10);
  assert.ok([...perSecond.values()].every((count) => count === 100));
  assert.ok(new Set(clients.map(({ afterMs }) => afterMs)).size > 300);
  const toB = clients.filter(({ firstNode }) => firstNode === 'b').length;
  assert.ok(toB > 350 && toB < 650, `${toB} of 1000 to b`);
  drain.cancel();
});

test('who is still there 5 s after the hint is closed with drain, who has gone is counted as left', () => {
  const { clock, clients, drain, due } = fixture(20);
  drain.begin(null);
  clock.advance(1000);
  for (const gone of clients.slice(0, 2)) gone.isClosed = true;
  assert.deepEqual(drain.progress, { waiting: 16, hinted: 2 });
  clock.advance(15_000);
  assert.ok(clients.slice(2).every(({ closedAs }) => closedAs === 'drain'));
  assert.deepEqual(due, { left: 2, closed: 18 });
  drain.cancel();
});

test('a deadline hurries a drain that runs, and it keeps the deadline', () => {
  const { clock, clients, drain } = fixture(100);
  drain.begin(null);
  clock.advance(2000);
  drain.begin(1000);
  clock.advance(1000);
  assert.ok(clients.every(({ isClosed }) => isClosed));
  drain.cancel();
  assert.equal(clock.pendingTimers(), 0);
});

test('waiting for it ends with the last client, at the deadline, or when there is no point in going on', async () => {
  for (const [untilMs, isPointless] of [
    [400, () => false],
    [0, () => true],
  ] as const) {
    const { clock, drain } = fixture(10);
    let isDone = false;
    void drain.whenDone(400, isPointless).then(() => (isDone = true));
    await clock.advanceAsync(untilMs);
    assert.equal(isDone, true);
  }
});
