import assert from 'node:assert/strict';
import { describe } from 'node:test';
import {
  AppError,
  type LogicApi,
  type NodeIncarnation,
  type ReportOutcome,
  type RoomId,
  type Session,
  type SessionLink,
  type SessionReport,
  trustedId,
} from '@longwire/domain';
import { eventually } from '../eventually.ts';
import { type Contract, contractCases } from './contract.ts';
import { FakeLogicApi } from './fake-logic-api.ts';

const node: NodeIncarnation = { nodeId: trustedId('access-1'), incarnation: 1_800_000_000_123 };
const session: Session = {
  connectionId: trustedId('c-1'),
  userId: trustedId('42'),
  deviceId: trustedId('d.1'),
  platform: 'web',
  rooms: [trustedId('r1'), trustedId('r2')],
  connectedAtMs: 1_800_000_000_456,
};
const guest: Session = { ...session, connectionId: trustedId('c-2'), userId: null, rooms: [] };
const renewal: Extract<SessionReport, { type: 'changes' }> = { type: 'changes', changes: [], uplinks: [] };

/** A line that is up. */
async function openLine(logic: LogicApi): Promise<SessionLink> {
  let isUp = false;
  const link = logic.openSessionLink(node, { onResync: () => (isUp = true) });
  await eventually(() => isUp);
  return link;
}

function numbered(index: number): SessionReport {
  return { ...renewal, changes: [{ type: 'open', session: { ...session, connectionId: trustedId(`c-${index}`) } }] };
}

/**
 * What every way to the logic tier promises, whatever is behind it: `open` is given the API to make reachable. Run on that
 * API itself, and on each remote way to it.
 */
export function describeLogicApiContract(contract: Contract<LogicApi, LogicApi>): void {
  const declare = contractCases<LogicApi, LogicApi>(contract, new FakeLogicApi());
  const it = (title: string, body: (logic: LogicApi, fake: FakeLogicApi) => Promise<void>): void => {
    const fake = new FakeLogicApi();
    declare(title, (logic) => body(logic, fake), fake);
  };

  describe(`LogicApi on ${contract.name}`, () => {
    it('carries every kind of change, and uplinks with any JSON, unchanged', async (logic, fake) => {
      const link = await openLine(logic);
      const origin = { eventId: 'e', deviceId: guest.deviceId, connectionId: guest.connectionId, at: 17.5 };
      const data = [{ text: 'hé "quoted" ✓', deep: [1, null, true, { a: -0.5 }] }, null, 'x', 7];
      const reports: readonly SessionReport[] = [
        {
          type: 'changes',
          changes: [
            { type: 'open', session },
            { type: 'join', session, roomId: trustedId('r2') },
            { type: 'leave', session: guest, roomId: trustedId('r.3') },
            { type: 'close', session: guest },
          ],
          uplinks: data.map((value, index) => ({
            type: 'uplink',
            ...origin,
            userId: index === 0 ? trustedId('42') : '0',
            rooms: [trustedId('r1')],
            data: value,
          })),
        },
        renewal,
        { type: 'snapshot', changes: [{ type: 'open', session }], isLast: false },
        { type: 'snapshot', changes: [], isLast: true },
        {
          type: 'digest',
          digest: {
            slice: 1,
            slices: 3,
            rooms: [
              { roomId: trustedId('r1'), count: 2, hash: -2_147_483_648 },
              { roomId: '', count: 70_000, hash: 2_147_483_647 },
            ],
          },
        },
        { type: 'digest', digest: { slice: 0, slices: 1, rooms: [] } },
      ];
      for (const report of reports) assert.equal(await link.report(report), 'applied');
      assert.deepEqual(fake.reports, reports);
      assert.deepEqual(fake.nodes, [node]);
    });

    it('hands reports on in the order they were sent and gives each its own outcome', async (logic, fake) => {
      const link = await openLine(logic);
      const outcomes: readonly ReportOutcome[] = ['applied', 'resync', 'unavailable'];
      const answers: (() => void)[] = [];
      fake.answer = () =>
        new Promise((resolve) => {
          const outcome = outcomes[answers.length % 3] ?? 'applied';
          answers.push(() => resolve(outcome));
        });
      const reports = Array.from({ length: 12 }, (_, index) => numbered(index));
      const asked = Promise.all(reports.map((report) => link.report(report)));
      await eventually(() => answers.length === 12);
      for (const answer of answers.toReversed()) answer();
      assert.deepEqual(
        await asked,
        reports.map((_, index) => outcomes[index % 3]),
      );
      assert.deepEqual(fake.reports, reports);
    });

    it('lets 64 reports wait and refuses the next at once as unavailable', async (logic, fake) => {
      const link = await openLine(logic);
      const held = Promise.withResolvers<ReportOutcome>();
      fake.answer = () => held.promise;
      const waiting = Array.from({ length: 64 }, (_, index) => link.report(numbered(index)));
      assert.equal(await link.report(numbered(64)), 'unavailable');
      held.resolve('applied');
      assert.ok((await Promise.all(waiting)).every((outcome) => outcome === 'applied'));
      assert.equal(await link.report(numbered(65)), 'applied');
    });

    it('asks for a snapshot again when what is behind asks for it', async (logic, fake) => {
      let signals = 0;
      const link = logic.openSessionLink(node, { onResync: () => (signals += 1) });
      await eventually(() => signals === 1);
      assert.equal(await link.report(renewal), 'applied');
      fake.signalResync();
      await eventually(() => signals === 2);
      await eventually(async () => (await link.report(renewal)) === 'applied');
    });

    it('closing the line ends it behind, and refuses what is reported after', async (logic, fake) => {
      const link = await openLine(logic);
      assert.equal(await link.report(renewal), 'applied');
      assert.equal(fake.openLinks, 1);
      link.close();
      link.close();
      assert.equal(await link.report(renewal), 'unavailable');
      await eventually(() => fake.openLinks === 0);
    });

    it('looks up rooms, with and without a zone, for a node and for none', async (logic, fake) => {
      fake.rooms = [
        { roomId: trustedId('r1'), zoneId: trustedId('music'), online: 7, onlineAtNode: 2 },
        { roomId: trustedId('r2'), zoneId: null, online: 0, onlineAtNode: 0 },
      ];
      const ids: readonly RoomId[] = [trustedId('r1'), trustedId('r2')];
      assert.deepEqual(await logic.lookupRooms(ids, node.nodeId), fake.rooms);
      await logic.lookupRooms(ids);
      assert.deepEqual(fake.asked, [
        ['lookupRooms', ids, node.nodeId],
        ['lookupRooms', ids, undefined],
      ]);
    });

    it('names the largest rooms in the order of logic', async (logic, fake) => {
      fake.rooms = [
        { roomId: trustedId('big'), zoneId: trustedId('music'), online: 70_000, onlineAtNode: 0 },
        { roomId: trustedId('small'), zoneId: null, online: 1, onlineAtNode: 0 },
      ];
      assert.deepEqual(await logic.topRooms(200), fake.rooms);
      assert.deepEqual(fake.asked, [['topRooms', 200]]);
    });

    it('finds the routes of users and of devices, guests included', async (logic, fake) => {
      const { connectionId, deviceId } = session;
      fake.routes = [
        { connectionId, userId: session.userId, deviceId, nodeId: node.nodeId },
        { connectionId: guest.connectionId, userId: null, deviceId, nodeId: trustedId('access-2') },
      ];
      assert.deepEqual(await logic.routesOfUsers([trustedId('42')]), fake.routes);
      assert.deepEqual(await logic.routesOfDevices([deviceId]), fake.routes);
      assert.deepEqual(fake.asked, [
        ['routesOfUsers', ['42']],
        ['routesOfDevices', ['d.1']],
      ]);
    });

    it('shows the sessions of a user, and the totals', async (logic, fake) => {
      fake.sessions = [{ ...session, nodeId: node.nodeId }];
      fake.online = { connections: 100_000, users: 40_000, rooms: 3_000 };
      assert.deepEqual(await logic.sessionsOfUser(trustedId('42')), fake.sessions);
      assert.deepEqual(await logic.totals(), fake.online);
    });

    it('rejects with the code that is behind the failure', async (logic, fake) => {
      fake.failure = new AppError('store-unavailable', 'The store does not answer');
      await assert.rejects(
        logic.totals(),
        (error: unknown) => error instanceof AppError && error.code === 'store-unavailable',
      );
    });

    it('is available while what is behind is', async (logic, fake) => {
      await eventually(() => logic.isAvailable());
      fake.isReady = false;
      await eventually(() => !logic.isAvailable());
      fake.isReady = true;
      await eventually(() => logic.isAvailable());
    });
  });
}
