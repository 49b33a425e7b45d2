import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fakeClock } from '@longwire/testkit';
import { RequestMux } from './request-mux.ts';

function answer(subject: string, payload: string, isNoResponders = false) {
  return { payload: Buffer.from(payload), subject, replyTo: undefined, isNoResponders };
}

test('each answer reaches the request that it was sent for', async () => {
  const mux = new RequestMux('inbox', fakeClock());
  const subjects: string[] = [];
  const send = (replyTo: string): boolean => subjects.push(replyTo) > 0;
  const [one, two] = [mux.request(100, send), mux.request(100, send)];
  mux.accept(answer(subjects[1] ?? '', 'second'));
  mux.accept(answer(subjects[0] ?? '', 'first'));
  assert.deepEqual(await one, { ok: true, payload: Buffer.from('first') });
  assert.deepEqual(await two, { ok: true, payload: Buffer.from('second') });
});

test('the first answer counts; a repeated or late one is ignored', async () => {
  const clock = fakeClock();
  const mux = new RequestMux('inbox', clock);
  let subject = '';
  const outcome = mux.request(100, (replyTo) => {
    subject = replyTo;
    return true;
  });
  mux.accept(answer(subject, 'one'));
  mux.accept(answer(subject, 'two'));
  assert.deepEqual(await outcome, { ok: true, payload: Buffer.from('one') });
  assert.equal(clock.pendingTimers(), 0);
});

test('silence ends as timeout, the server saying that nobody listens as no-responder, an unsent one as unavailable', async () => {
  const clock = fakeClock();
  const mux = new RequestMux('inbox', clock);
  let subject = '';
  const refused = mux.request(100, (replyTo) => {
    subject = replyTo;
    return true;
  });
  mux.accept(answer(subject, '', true));
  assert.deepEqual(await refused, { ok: false, failure: 'no-responder' });
  const silent = mux.request(100, () => true);
  clock.advance(100);
  assert.deepEqual(await silent, { ok: false, failure: 'timeout' });
  assert.deepEqual(await mux.request(100, () => false), { ok: false, failure: 'unavailable' });
});

test('a lost link ends what waits as timeout at once and refuses what comes later', async () => {
  const clock = fakeClock();
  const mux = new RequestMux('inbox', clock);
  const waiting = mux.request(60_000, () => true);
  mux.lose();
  assert.deepEqual(await waiting, { ok: false, failure: 'timeout' });
  assert.deepEqual(await mux.request(60_000, () => true), { ok: false, failure: 'unavailable' });
  assert.equal(clock.pendingTimers(), 0);
});
