import assert from 'node:assert/strict';
import { test } from 'node:test';
import { trustedId } from '@longwire/domain';
import { openService, takeEverything } from '../test/service-fixture.ts';

const target = { kind: 'user', userIds: ['1'] };
const payload = { cmd: 'PK_INVITE' };

test('a message no worker follows any more is reported from what they wrote down, one nobody knows is 404', async () => {
  const fixture = await openService();
  await takeEverything(fixture);
  const report = { messageId: trustedId<never>('m1'), status: 'expired' as const, targets: 2, acked: 1, attempts: 7 };
  await fixture.ports.reports.put(report);
  assert.deepEqual((await fixture.call('GET', '/v1/messages/m1')).body, report);
  const unknown = await fixture.call('GET', '/v1/messages/m2');
  assert.deepEqual([unknown.status, unknown.body['code']], [404, 'unknown-message']);
  await fixture.close();
});

test('while no worker answers, what is written down is told, and the rest is 503: it may well exist', async () => {
  const fixture = await openService();
  const pushed = await fixture.push({ target, payload });
  assert.equal(pushed.status, 202);
  const answer = await fixture.call('GET', `/v1/messages/${String(pushed.body['messageId'])}`);
  assert.deepEqual([answer.status, answer.body['code']], [503, 'dispatch-unavailable']);
  assert.ok(answer.headers.get('retry-after') !== null);
  await fixture.close();
});

test('a full log is 429 before anything is accepted, and 202 again once there is room', async () => {
  const fixture = await openService({ maxLogEntries: 2 });
  const statuses: number[] = [];
  for (let index = 0; index < 3; index += 1) statuses.push((await fixture.push({ target, payload })).status);
  assert.deepEqual(statuses, [202, 202, 429]);
  const refused = await fixture.push({ target, payload });
  assert.equal(refused.body['code'], 'overloaded');
  assert.ok(Number(refused.headers.get('retry-after')) >= 1);
  await fixture.ports.expressLog.trim(2);
  assert.equal((await fixture.push({ target, payload })).status, 202);
  await fixture.close();
});
