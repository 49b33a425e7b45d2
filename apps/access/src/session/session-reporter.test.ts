import assert from 'node:assert/strict';
import { test } from 'node:test';
import type {
  ReportOutcome,
  Session,
  SessionChange,
  SessionDigest,
  SessionLinkEvents,
  SessionReport,
  UplinkEvent,
} from '@longwire/domain';
import { trustedId } from '@longwire/domain';
import { fakeClock, settle } from '@longwire/testkit';
import { SessionReporter } from './session-reporter.ts';

const NODE = { nodeId: trustedId<never>('access-1'), incarnation: 1 };

function sessionOf(index: number): Session {
  return {
    connectionId: trustedId<never>(`c${index}`),
    userId: null,
    deviceId: trustedId<never>(`d${index}`),
    platform: '',
    rooms: [],
    connectedAtMs: 0,
  };
}

function setUp(options: { sessions?: number; maxQueued?: number } = {}) {
  const clock = fakeClock();
  const reports: Exclude<SessionReport, { type: 'digest' }>[] = [];
  const digests: SessionDigest[] = [];
  const state: { outcome: ReportOutcome; digestOutcome: ReportOutcome; events: SessionLinkEvents | null } = {
    outcome: 'applied',
    digestOutcome: 'applied',
    events: null,
  };
  const sources = Array.from({ length: options.sessions ?? 0 }, (_, index) => ({
    connectionId: sessionOf(index).connectionId,
    isClosed: false,
    rooms: [],
    toSession: () => sessionOf(index),
  }));
  const reporter = new SessionReporter({
    logic: {
      openSessionLink: (_node, events) => {
        state.events = events;
        return {
          report: (report) => {
            if (report.type === 'digest') {
              digests.push(report.digest);
              return Promise.resolve(state.digestOutcome);
            }
            reports.push(report);
            return Promise.resolve(state.outcome);
          },
          close: () => undefined,
        };
      },
    },
    node: NODE,
    clock,
    sources: () => sources,
    maxQueued: options.maxQueued ?? 10_000,
  });
  const open = (index: number): SessionChange => ({ type: 'open', session: sessionOf(index) });
  const start = async (): Promise<void> => {
    reporter.start();
    state.events?.onResync();
    await settle();
    reports.length = 0;
  };
  return { clock, reports, digests, state, reporter, open, start };
}

test('a snapshot goes out in parts of 500 of which the last one says so', async () => {
  const { reporter, reports, state } = setUp({ sessions: 1100 });
  reporter.start();
  state.events?.onResync();
  await settle();
  assert.deepEqual(
    reports.map((report) => [report.type, report.changes.length, report.type === 'snapshot' && report.isLast]),
    [
      ['snapshot', 500, false],
      ['snapshot', 500, false],
      ['snapshot', 100, true],
    ],
  );
  assert.equal(reporter.isInSync, true);
});

test('a node without sessions sends an empty last part', async () => {
  const { reporter, reports, state } = setUp();
  reporter.start();
  state.events?.onResync();
  await settle();
  assert.deepEqual(reports, [{ type: 'snapshot', changes: [], isLast: true }]);
});

test('changes are gathered for 20 ms, or sent at once when there are 256', async () => {
  const { clock, reporter, reports, open, start } = setUp();
  await start();
  reporter.note(open(1));
  reporter.note(open(2));
  assert.equal(reports.length, 0);
  await clock.advanceAsync(20);
  assert.deepEqual(
    reports.map(({ changes }) => changes.length),
    [2],
  );
  for (let index = 0; index < 256; index += 1) reporter.note(open(index));
  assert.deepEqual(
    reports.map(({ changes }) => changes.length),
    [2, 256],
  );
});

test('an empty report renews the lease every second', async () => {
  const { clock, reports, start } = setUp();
  await start();
  await clock.advanceAsync(3000);
  assert.deepEqual(
    reports.map(({ changes }) => changes.length),
    [0, 0, 0],
  );
});

test('a refused report makes it send a snapshot, again and again until one is applied', async () => {
  const { clock, reporter, reports, open, start, state } = setUp({ sessions: 1 });
  await start();
  state.outcome = 'unavailable';
  reporter.note(open(1));
  await clock.advanceAsync(20);
  assert.equal(reporter.isInSync, false);
  await clock.advanceAsync(5000);
  state.outcome = 'applied';
  await clock.advanceAsync(2000);
  assert.equal(reporter.isInSync, true);
  assert.ok(reports.length > 3);
  assert.equal(reports.findLast(({ changes }) => changes.length > 0)?.type, 'snapshot');
});

test('what queues up beyond the bound is dropped and made up for by a snapshot', async () => {
  const { clock, reporter, reports, open, start } = setUp({ sessions: 3, maxQueued: 10 });
  await start();
  for (let index = 0; index < 50; index += 1) reporter.note(open(index));
  assert.ok(reporter.queued <= 10);
  await clock.advanceAsync(500);
  assert.deepEqual(
    reports.map(({ type }) => type),
    ['snapshot'],
  );
  assert.equal(reporter.isInSync, true);
});

test('uplinks go with or after the changes before them and are told how it went', async () => {
  const { clock, reporter, reports, open, start, state } = setUp();
  await start();
  const outcomes: boolean[] = [];
  const event = { type: 'uplink' } as UplinkEvent;
  reporter.note(open(1));
  reporter.sendUplink({ event, onOutcome: (isApplied) => outcomes.push(isApplied) });
  await clock.advanceAsync(20);
  assert.deepEqual([reports[0]?.changes.length, outcomes], [1, [true]]);
  state.outcome = 'unavailable';
  reporter.sendUplink({ event, onOutcome: (isApplied) => outcomes.push(isApplied) });
  await clock.advanceAsync(20);
  reporter.sendUplink({ event, onOutcome: (isApplied) => outcomes.push(isApplied) });
  assert.deepEqual(outcomes, [true, false, false]);
});

test('every 5 s logic is told what it should know by now, after all changes that are queued', async () => {
  const { clock, reporter, reports, digests, open, start } = setUp({ sessions: 3 });
  await start();
  await clock.advanceAsync(4990);
  reporter.note(open(1));
  assert.equal(digests.length, 0);
  await clock.advanceAsync(10);
  assert.equal(reports.at(-1)?.changes.length, 1);
  assert.deepEqual(
    digests.map(({ rooms }) => rooms.map(({ roomId, count }) => [roomId, count])),
    [[['', 3]]],
  );
});

test('a digest that logic does not agree with is followed by a snapshot, one that it could not look at is not', async () => {
  const { clock, reporter, reports, digests, start, state } = setUp({ sessions: 1 });
  await start();
  state.digestOutcome = 'unavailable';
  await clock.advanceAsync(5000);
  assert.equal(reporter.isInSync, true);
  state.digestOutcome = 'resync';
  await clock.advanceAsync(5000);
  await clock.advanceAsync(200);
  assert.equal(digests.length, 2);
  assert.equal(reports.findLast(({ type }) => type === 'snapshot')?.changes.length, 1);
  assert.equal(reporter.isInSync, true);
});

test('no digest is sent while logic waits for a snapshot', async () => {
  const { clock, reporter, digests, open, start, state } = setUp();
  await start();
  state.outcome = 'unavailable';
  reporter.note(open(1));
  await clock.advanceAsync(20_000);
  assert.equal(digests.length, 0);
});

test('stopping sends what is queued, leaves no timer and may be done twice', async () => {
  const { clock, reporter, reports, open, start } = setUp();
  await start();
  reporter.note(open(1));
  await reporter.stop(500);
  await reporter.stop(500);
  assert.equal(reports.length, 1);
  assert.equal(clock.pendingTimers(), 0);
});
