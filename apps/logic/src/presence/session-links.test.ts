import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AppError, trustedId } from '@longwire/domain';
import { settle } from '@longwire/testkit';
import { changes, lineFixture, opened, part } from '../../test/line-fixture.ts';
import { MAX_WAITING_REPORTS } from './report-queue.ts';
import { REPORT_DEADLINE_MS } from './session-links.ts';

describe('the line of an access node to logic', () => {
  test('asks for a snapshot as soon as it is open, and not before the caller has it', async () => {
    const { open } = lineFixture();
    let asked = 0;
    open(() => (asked += 1));
    assert.equal(asked, 0);
    await settle();
    assert.equal(asked, 1);
  });

  test('does not ask when it was closed at once', async () => {
    const { open } = lineFixture();
    let asked = 0;
    open(() => (asked += 1)).close();
    await settle();
    assert.equal(asked, 0);
  });

  test('says unavailable when the store refuses, and applies again once it is back', async () => {
    const { openKnown, setObstacle, connections } = lineFixture();
    const link = await openKnown();
    setObstacle(() => Promise.reject(new AppError('store-unavailable', 'gone')));
    assert.equal(await link.report(changes(opened('c1'))), 'unavailable');
    setObstacle(() => Promise.resolve());
    assert.equal(await link.report(changes(opened('c1'))), 'applied');
    assert.equal(await connections(), 1);
  });

  test('asks a hung store once, answers what waits within the deadline, and refuses at the bound', async () => {
    const { clock, openKnown, setObstacle, asked, links } = lineFixture();
    const link = await openKnown();
    asked.length = 0;
    setObstacle(() => new Promise(() => undefined));
    const taken = Array.from({ length: 1 + MAX_WAITING_REPORTS }, () => link.report(changes()));
    assert.equal(await link.report(changes()), 'unavailable');
    await clock.advanceAsync(REPORT_DEADLINE_MS);
    assert.deepEqual(new Set(await Promise.all(taken)), new Set(['unavailable']));
    assert.deepEqual(asked, ['renew']);
    assert.equal(links.waitingCount(), 1 + MAX_WAITING_REPORTS);
    assert.equal(clock.pendingTimers(), 0);
  });

  test('drops what outlived its deadline once a hung store moves again, and goes on with what is new', async () => {
    const { clock, openKnown, setObstacle, asked, links } = lineFixture();
    const link = await openKnown();
    const hung = Promise.withResolvers<void>();
    setObstacle(() => hung.promise);
    const late = [link.report(changes()), link.report(changes())];
    await clock.advanceAsync(REPORT_DEADLINE_MS);
    assert.deepEqual(await Promise.all(late), ['unavailable', 'unavailable']);
    asked.length = 0;
    setObstacle(() => Promise.resolve());
    const fresh = link.report(changes());
    hung.resolve();
    assert.equal(await fresh, 'applied');
    assert.deepEqual(asked, ['renew']);
    assert.equal(links.waitingCount(), 0);
  });

  test('applies the reports of a node in order over its old and its new line, and none of a closed one', async () => {
    const { openKnown, open, setObstacle, connections } = lineFixture();
    const old = await openKnown();
    const gate = Promise.withResolvers<void>();
    setObstacle(() => gate.promise);
    const underWay = old.report(changes(opened('c1')));
    const leftBehind = old.report(changes(opened('c2')));
    old.close();
    const next = open().report(part(true));
    gate.resolve();
    assert.equal(await underWay, 'applied');
    assert.equal(await leftBehind, 'unavailable');
    assert.equal(await next, 'applied');
    assert.equal(await connections(), 0);
    assert.equal(await old.report(changes()), 'unavailable');
  });

  test('nodes do not wait for each other', async () => {
    const { links, openKnown, setObstacle } = lineFixture();
    const link = await openKnown();
    setObstacle(() => new Promise(() => undefined));
    void link.report(changes());
    await settle();
    setObstacle(() => Promise.resolve());
    const other = links.open({ nodeId: trustedId('access-2'), incarnation: 1 }, { onResync: () => undefined });
    assert.equal(await other.report(part(true)), 'applied');
  });
});
