import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AppError, trustedId } from '@longwire/domain';
import type { SessionChange } from '@longwire/domain';
import { settle } from '@longwire/testkit';
import {
  changes,
  closed,
  digest,
  lineFixture,
  node,
  opened,
  part,
  room,
  session,
  uplink,
} from '../../test/line-fixture.ts';
import { REPORT_DEADLINE_MS } from './session-links.ts';

describe('what a node reports', () => {
  test('refuses changes of a node that has not sent a snapshot', async () => {
    const { open, connections } = lineFixture();
    assert.equal(await open().report(changes(opened('c1'))), 'resync');
    assert.equal(await connections(), 0);
  });

  test('keeps count of rooms and routes as sessions open, move and close', async () => {
    const { openKnown, store, connections } = lineFixture();
    const link = await openKnown();
    const online = async () => (await store().roomsOnline([room], node.nodeId)).map(({ online: count }) => count)[0];

    assert.equal(await link.report(changes(opened('c1', []), opened('c2'))), 'applied');
    assert.equal(await online(), 1);
    const joined: SessionChange = { type: 'join', session: session('c1', ['1000']), roomId: room };
    assert.equal(await link.report(changes(joined)), 'applied');
    assert.equal(await online(), 2);
    const left: SessionChange = { type: 'leave', session: session('c2', []), roomId: room };
    assert.equal(await link.report(changes(left)), 'applied');
    assert.equal(await online(), 1);
    assert.deepEqual(
      (await store().routesOfUsers([trustedId('u-c1')])).map((route) => route.nodeId),
      ['access-1'],
    );
    assert.equal(await link.report(changes(closed('c1'), closed('c2'))), 'applied');
    assert.equal(await connections(), 0);
  });

  test('takes a report twice without counting twice', async () => {
    const { openKnown, connections } = lineFixture();
    const link = await openKnown();
    await link.report(changes(opened('c1')));
    await link.report(changes(opened('c1')));
    assert.equal(await connections(), 1);
  });

  test('closes what a snapshot in parts does not name', async () => {
    const { openKnown, store, connections } = lineFixture();
    const link = await openKnown();
    await link.report(changes(opened('gone'), opened('c1')));
    assert.equal(await link.report(part(false, 'c1', 'c2')), 'applied');
    assert.equal(await connections(), 3);
    assert.equal(await link.report(part(true, 'c3')), 'applied');
    assert.equal(await connections(), 3);
    assert.deepEqual(await store().routesOfUsers([trustedId('u-gone')]), []);
  });

  test('counts a session that opens between two parts of a snapshot as part of it', async () => {
    const { open, connections } = lineFixture();
    const link = open();
    await link.report(part(false, 'c1'));
    assert.equal(await link.report(changes(opened('between'), closed('c1'))), 'applied');
    assert.equal(await link.report(part(true, 'c2')), 'applied');
    assert.equal(await connections(), 2);
    assert.equal(await link.report(changes()), 'applied');
  });

  test('asks for a snapshot when the store has lost everything, after which all is as it was', async () => {
    const { openKnown, loseStore, connections } = lineFixture();
    const link = await openKnown();
    await link.report(changes(opened('c1'), opened('c2')));
    loseStore();
    assert.equal(await link.report(changes()), 'resync');
    assert.equal(await link.report(part(true, 'c1', 'c2')), 'applied');
    assert.equal(await connections(), 2);
    assert.equal(await link.report(changes()), 'applied');
  });

  test('does not take the rest of a snapshot that lost a part for the whole truth', async () => {
    const { openKnown, setObstacle, connections } = lineFixture();
    const link = await openKnown();
    await link.report(changes(opened('c1'), opened('c2')));
    setObstacle(() => Promise.reject(new AppError('store-unavailable', 'gone')));
    const first = link.report(part(false, 'c1'));
    const rest = [link.report(part(false, 'c2')), link.report(part(true, 'c3'))];
    assert.equal(await first, 'unavailable');
    setObstacle(() => Promise.resolve());
    assert.deepEqual(await Promise.all(rest), ['resync', 'resync']);
    assert.equal(await connections(), 2);
    assert.equal(await link.report(part(true, 'c1', 'c2', 'c3')), 'applied');
    assert.equal(await connections(), 3);
  });

  test('takes a new snapshot a second after one was given up half way', async () => {
    const { clock, openKnown, setObstacle } = lineFixture();
    const link = await openKnown();
    setObstacle(() => Promise.reject(new AppError('store-unavailable', 'gone')));
    assert.equal(await link.report(part(false, 'c1')), 'unavailable');
    setObstacle(() => Promise.resolve());
    assert.equal(await link.report(part(false, 'c1')), 'resync');
    clock.advance(1000);
    assert.equal(await link.report(part(false, 'c1')), 'applied');
  });

  test('a snapshot part that the store took too late does not end a snapshot that the node has given up', async () => {
    const { clock, openKnown, setObstacle, connections } = lineFixture();
    const link = await openKnown();
    await link.report(changes(opened('c1'), opened('c2')));
    const hung = Promise.withResolvers<void>();
    setObstacle(() => hung.promise);
    const late = link.report(part(true, 'c1'));
    await clock.advanceAsync(REPORT_DEADLINE_MS);
    assert.equal(await late, 'unavailable');
    hung.resolve();
    await settle();
    assert.equal(await connections(), 2);
  });
});

describe('digests of a node', () => {
  test('are taken when they agree, and answered with a wish for a snapshot when a change was lost', async () => {
    const { openKnown, store, connections } = lineFixture();
    const link = await openKnown();
    await link.report(changes(opened('c1'), opened('c2')));
    assert.equal(await link.report(digest(session('c1'), session('c2'))), 'applied');
    await store().apply(node, [closed('c2')]);
    assert.equal(await link.report(digest(session('c1'), session('c2'))), 'resync');
    assert.equal(await link.report(part(true, 'c1', 'c2')), 'applied');
    assert.equal(await link.report(digest(session('c1'), session('c2'))), 'applied');
    assert.equal(await connections(), 2);
  });

  test('ask for a snapshot when the store has lost the node, and renew its lease otherwise', async () => {
    const { openKnown, loseStore, asked } = lineFixture();
    const link = await openKnown();
    assert.equal(await link.report(digest()), 'applied');
    assert.deepEqual(asked, ['renew', 'renew']);
    loseStore();
    assert.equal(await link.report(digest()), 'resync');
  });
});

describe('events of a report', () => {
  test('enters are written before the uplinks of the same report, and both before it is applied', async () => {
    const { openKnown, appended } = lineFixture();
    const link = await openKnown();
    assert.equal(await link.report({ type: 'changes', changes: [opened('c1')], uplinks: [uplink] }), 'applied');
    assert.deepEqual(
      appended.map(({ type }) => type),
      ['room.enter', 'uplink'],
    );
  });

  test('an uplink that cannot be written is refused, and the enter that came with it is kept', async () => {
    const { openKnown, appended, outbox, setLogDown } = lineFixture();
    const link = await openKnown();
    setLogDown(true);
    assert.equal(await link.report({ type: 'changes', changes: [opened('c1')], uplinks: [uplink] }), 'unavailable');
    assert.equal(outbox.keptCount(), 1);
    setLogDown(false);
    assert.equal(await link.report(changes(opened('c2'))), 'applied');
    await settle();
    assert.deepEqual(
      appended.map(({ connectionId }) => connectionId),
      ['c1', 'c2'],
    );
  });
});
