import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { trustedId } from '@longwire/domain';
import type { ClientEvent } from '@longwire/domain';
import { createSubjectSink } from './subject-sink.ts';

const noSignal = new AbortController().signal;
const left: ClientEvent = {
  type: 'room.leave',
  eventId: 'leave/1',
  roomId: trustedId('r1'),
  userId: trustedId('42'),
  deviceId: trustedId('d1'),
  connectionId: trustedId('c1'),
  at: 5,
};

function openLine() {
  const sent: [string, unknown][] = [];
  const state = { isUp: true, flushes: 0, hasFlushed: true };
  return {
    sent,
    state,
    line: {
      publishTo(subject: string, payload: Uint8Array) {
        if (!state.isUp) return 'unavailable' as const;
        sent.push([subject, JSON.parse(new TextDecoder().decode(payload))]);
        return 'sent' as const;
      },
      flush() {
        state.flushes += 1;
        return state.hasFlushed ? Promise.resolve() : Promise.reject(new Error('lost'));
      },
    },
  };
}

describe('the NATS subject', () => {
  test('gets one message of JSON per event, and is only done when the server has them', async () => {
    const { line, sent, state } = openLine();
    await createSubjectSink(line, 'live.events').deliver({ events: [left, left], isGap: true }, noSignal);
    assert.deepEqual(sent, [
      ['live.events', { type: 'gap' }],
      ['live.events', { ...left }],
      ['live.events', { ...left }],
    ]);
    assert.equal(state.flushes, 1);
  });

  test('is tried again when the bus is cut off or is lost before it has all', async () => {
    const { line, state } = openLine();
    const sink = createSubjectSink(line, 'live.events');
    state.isUp = false;
    await assert.rejects(sink.deliver({ events: [left], isGap: false }, noSignal), { code: 'bus-unavailable' });
    state.isUp = true;
    state.hasFlushed = false;
    await assert.rejects(sink.deliver({ events: [left], isGap: false }, noSignal));
  });
});
