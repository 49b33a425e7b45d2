import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Message } from '@longwire/client';
import { messageText } from './message-text.ts';
import { RateMeter } from './rate-meter.ts';
import { stateText } from './watch-lines.ts';
import { WatchModel } from './watch-screen.ts';
import type { Run } from '../run.ts';

function message(payload: Record<string, unknown>): Message {
  return { cmd: String(payload['cmd']), payload, lane: 'bulk', roomId: '1', id: null, place: null };
}

function model(columns: number, rows: number): WatchModel {
  const run = { paint: (_style: unknown, text: string) => text, io: { out: { columns, rows } } };
  return new WatchModel(run as unknown as Run, '1000');
}

test('who says what is shown as that, anything else by its fields', () => {
  assert.deepEqual(messageText(message({ cmd: 'A', uname: 'ann', msg: 'hi', lw: {} })), { cmd: 'A', text: 'ann: hi' });
  assert.deepEqual(messageText(message({ cmd: 'A', text: 'hi' })), { cmd: 'A', text: 'hi' });
  assert.deepEqual(messageText(message({ cmd: 'G', name: 'ann', n: 3, lw: {} })), {
    cmd: 'G',
    text: '{"name":"ann","n":3}',
  });
});

test('what viewers write cannot move the cursor', () => {
  assert.equal(messageText(message({ cmd: 'A', text: '\u001b[2Jx' })).text, String.raw`\u001b[2Jx`);
});

test('the screen has how it goes on top and the newest messages below, each within the width', () => {
  const view = model(60, 6);
  view.onChange({ type: 'state', state: { kind: 'live', nodeId: 'access-1' } });
  view.onChange({ type: 'online', roomId: '1000', online: 1_234 });
  view.onChange({ type: 'gap', roomId: '1000', missed: 2 });
  for (let n = 1; n <= 9; n += 1) view.onMessage(message({ cmd: 'DANMU_MSG', text: `${n} ${'很长'.repeat(50)}` }));
  const lines = view.lines();
  assert.equal(lines.length, 5);
  assert.match(lines[0] ?? '', /^room 1000 {2}● live on access-1 {2}1,234 online/);
  assert.match(lines[2] ?? '', /DANMU_MSG +7 /);
  assert.match(lines[4] ?? '', /DANMU_MSG +9 很长.*…$/);
});

test('a state says its reason', () => {
  assert.equal(stateText({ kind: 'reconnecting', reason: 'closed 4000', retryAtMs: 1 }), 'reconnecting: closed 4000');
  assert.equal(stateText({ kind: 'offline' }), 'offline');
});

test('the rate is that of the last five seconds', () => {
  const meter = new RateMeter();
  assert.equal(meter.perSec(0), 0);
  for (let at = 0; at < 10_000; at += 100) meter.add(at);
  assert.equal(meter.perSec(9_999), 10);
  assert.equal(meter.perSec(20_000), 0);
});
