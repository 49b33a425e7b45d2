import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fakeClock } from '@longwire/testkit';
import { createSessionTable } from './session-table.ts';

const MINUTE = 60_000;

function open(maxSessions = 3) {
  const clock = fakeClock();
  const sizes: number[] = [];
  const table = createSessionTable({
    clock,
    maxSessions,
    idleMs: 30 * MINUTE,
    maxAgeMs: 60 * MINUTE,
    onSize: (size) => sizes.push(size),
  });
  return { clock, table, sizes };
}

test('a session is found by an id that nobody can guess, and by no other', () => {
  const { table } = open();
  const session = table.start('secret', 'k1');
  assert.match(session.id, /^[\w-]{43}$/);
  assert.equal(table.use(session.id)?.apiKey, 'secret');
  assert.equal(table.use('x'.repeat(43)), undefined);
  assert.notEqual(table.start('secret', 'k1').id, session.id);
});

test('use keeps a session alive; idle for 30 minutes it ends, and so does what hangs on it', () => {
  const { table, clock } = open();
  const session = table.start('secret', 'k1');
  clock.advance(29 * MINUTE);
  assert.ok(table.use(session.id));
  clock.advance(29 * MINUTE);
  assert.ok(table.use(session.id));
  assert.equal(session.signal.aborted, false);
  clock.advance(30 * MINUTE);
  assert.equal(table.use(session.id), undefined);
  assert.equal(session.signal.aborted, true);
});

test('however busy, a session ends at its age', () => {
  const { table, clock } = open();
  const session = table.start('secret', 'k1');
  for (let minutes = 0; minutes < 50; minutes += 10) {
    clock.advance(10 * MINUTE);
    assert.ok(table.use(session.id), `after ${minutes} minutes`);
  }
  clock.advance(10 * MINUTE);
  assert.equal(table.use(session.id), undefined);
});

test('at the bound one more ends the session that was idle longest, and only that one', () => {
  const { table, clock, sizes } = open(3);
  const [first, second, third] = ['a', 'b', 'c'].map((key) => {
    clock.advance(1_000);
    return table.start(key, key);
  });
  assert.ok(first && second && third);
  clock.advance(1_000);
  table.use(first.id);
  const fourth = table.start('d', 'd');
  assert.equal(table.size(), 3);
  assert.equal(second.signal.aborted, true);
  for (const session of [first, third, fourth]) assert.ok(table.use(session.id));
  assert.equal(Math.max(...sizes), 3);
});

test('a session nobody asks for any more ends at the next sweep, not before its time', () => {
  const { table, clock } = open();
  const session = table.start('secret', 'k1');
  clock.advance(30 * MINUTE - 1);
  table.sweep();
  assert.equal(session.signal.aborted, false);
  clock.advance(1);
  table.sweep();
  assert.equal(session.signal.aborted, true);
  assert.equal(table.size(), 0);
});

test('ended sessions are gone, one by one or all', () => {
  const { table } = open();
  const sessions = [table.start('a', 'a'), table.start('b', 'b')];
  table.end(sessions[0]?.id ?? '');
  table.end('never');
  assert.equal(table.size(), 1);
  table.endAll();
  assert.equal(table.size(), 0);
  assert.ok(sessions.every(({ signal }) => signal.aborted));
});
