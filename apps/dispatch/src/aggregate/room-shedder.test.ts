import assert from 'node:assert/strict';
import { test } from 'node:test';
import { trustedId } from '@longwire/domain';
import type { RoomId } from '@longwire/domain';
import { fakeClock } from '@longwire/testkit';
import type { MessageClass } from './message-class.ts';
import { RoomShedder } from './room-shedder.ts';

const room = trustedId<RoomId>('1000');
const RATE = 100;

function fixture(ratePerSec = RATE) {
  const clock = fakeClock();
  const shedder = new RoomShedder({
    clock,
    ratePerSec,
    classOf: (payload) => Buffer.from(payload).toString() as MessageClass,
  });
  let nextId = 0;
  /** Offers so many a second of each class for some seconds; returns how many of each passed in the last of them. */
  const offer = (perSec: Readonly<Record<MessageClass, number>>, seconds: number, roomId = room) => {
    let passed = { keep: 0, normal: 0, low: 0 };
    for (let step = 0; step < seconds * 10; step += 1) {
      if (step === (seconds - 1) * 10) passed = { keep: 0, normal: 0, low: 0 };
      for (const kind of ['low', 'keep', 'normal'] as const) {
        for (let index = 0; index < perSec[kind] / 10; index += 1) {
          nextId += 1;
          const message = { messageId: `m-${nextId}`, roomId, payload: Buffer.from(kind) };
          if (shedder.judge(message) === null) passed[kind] += 1;
        }
      }
      clock.advance(100);
    }
    return passed;
  };
  return { clock, shedder, offer };
}

test('up to the rate everything passes, whatever it is, and so does a burst of five seconds of it', () => {
  const steady = fixture();
  assert.deepEqual(steady.offer({ keep: 20, normal: 50, low: 30 }, 30), { keep: 20, normal: 50, low: 30 });
  const burst = fixture();
  assert.equal(burst.offer({ keep: 0, normal: 5000, low: 0 }, 0.1).normal, 500);
});

test('at ten times the rate gifts pass, comments are sampled to what fits, and likes go', () => {
  const { offer } = fixture();
  const passed = offer({ keep: 50, normal: 800, low: 150 }, 30);
  assert.equal(passed.keep, 50);
  assert.ok(passed.normal > 30 && passed.normal < 70, `${passed.normal} of 50`);
  assert.equal(passed.low, 0);
});

test('likes go first: while the others fit, they get what is left', () => {
  const { offer } = fixture();
  const passed = offer({ keep: 20, normal: 50, low: 300 }, 30);
  assert.deepEqual([passed.keep, passed.normal], [20, 50]);
  assert.ok(passed.low > 15 && passed.low < 45, `${passed.low} of 30`);
});

test('gifts alone beyond the rate all pass: only the bounds of the queues stop them', () => {
  const { offer } = fixture();
  assert.deepEqual(offer({ keep: 500, normal: 100, low: 0 }, 10), { keep: 500, normal: 0, low: 0 });
});

test('other rooms pay nothing, and the room itself is served whole soon after', () => {
  const { clock, offer } = fixture();
  offer({ keep: 0, normal: 1000, low: 0 }, 10);
  assert.equal(offer({ keep: 0, normal: 100, low: 0 }, 1, trustedId<RoomId>('2000')).normal, 100);
  clock.advance(10_000);
  assert.equal(offer({ keep: 0, normal: 100, low: 0 }, 1).normal, 100);
});

test('a rate of 0 is no limit, and quiet rooms are forgotten', () => {
  const { clock, shedder, offer } = fixture();
  offer({ keep: 0, normal: 10, low: 0 }, 1);
  assert.equal(shedder.rooms, 1);
  clock.advance(10_000);
  shedder.sweep();
  assert.equal(shedder.rooms, 0);
  assert.equal(fixture(0).offer({ keep: 0, normal: 10_000, low: 0 }, 1).normal, 10_000);
});
