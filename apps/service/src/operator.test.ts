import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { AppError, partitionOf, trustedId } from '@longwire/domain';
import type { LogicApi, RoomFacts } from '@longwire/domain';
import { RoomTrafficReply, RoomTrafficRequest, TraceSpans } from '@longwire/protos/bus/v1';
import { eventually } from '@longwire/testkit';
import { openService, takeEverything } from '../test/service-fixture.ts';
import type { Fixture } from '../test/service-fixture.ts';
import { vitalsReport } from '../test/vitals-report.ts';
import type { ToldVitals } from '../test/vitals-report.ts';

const factsOf = (roomId: string, online: number): RoomFacts => ({
  roomId: trustedId(roomId),
  zoneId: null,
  online,
  onlineAtNode: 0,
});

/** The largest rooms that logic knows. */
const LARGEST = [factsOf('large', 9), factsOf('small', 1)];

describe('what operators are told', () => {
  let fixture: Fixture;
  const logic = { isAway: false, asked: 0 };
  const tell = (told: ToldVitals) => fixture.ports.bulkBus.publish({ kind: 'vitals' }, vitalsReport(told));
  const get = (path: string, apiKey?: string) => fixture.call('GET', path, undefined, apiKey);

  before(async () => {
    const answer = async <T>(value: T): Promise<T> => {
      logic.asked += 1;
      if (logic.isAway) throw new AppError('peer-unavailable', 'logic is away');
      return value;
    };
    const over: Partial<LogicApi> = {
      totals: () => answer({ connections: 3, users: 2, rooms: 1 }),
      topRooms: (limit) => answer(LARGEST.slice(0, limit)),
    };
    fixture = await openService({ logic: over });
  });
  after(() => fixture.close());

  test('the overview is what processes say of themselves and what logic counts', async () => {
    const delays = (counts: number[]) => [{ name: 'delay.express', bounds: [0.01], counts }];
    const processes = [
      { process: 'access-1', tier: 'access' },
      { process: 'dispatch-1', tier: 'dispatch' },
    ];
    for (const [second, count] of [
      [1, 0],
      [2, 10],
    ] as const) {
      const values = { frames: count, deliveries: 3 * count, rawBytes: 100 * count, encodedBytes: 25 * count };
      const histograms = delays([count, 0]);
      const told = { uptimeMs: second * 1000, values, histograms, cpuSeconds: second / 2 };
      tell({ ...processes[0], process: 'access-1', ...told });
    }
    tell({ ...processes[1], process: 'dispatch-1', uptimeMs: 1000 });
    const { body } = await eventually(async () => {
      const answer = await get('/v1/admin/overview');
      assert.equal((answer.body['processes'] as unknown[]).length, 2);
      return answer;
    });
    const none = { processes: 0 };
    assert.deepEqual(body['tiers'], {
      control: none,
      service: none,
      logic: none,
      dispatch: { processes: 1 },
      access: { processes: 1 },
    });
    assert.deepEqual(body['online'], { connections: 3, users: 2, rooms: 1 });
    const rates = body['rates'] as Record<string, number>;
    assert.deepEqual([rates['framesPerSec'], rates['deliveriesPerSec'], rates['pushesPerSec']], [10, 30, 0]);
    assert.deepEqual(body['savings'], { framesRatio: 3, bytesRatio: 0.25 });
    assert.deepEqual(body['latencyMs'], { bulk: null, express: { p50: 5, p99: 9.9 } });
    assert.deepEqual((body['processes'] as unknown[])[0], {
      name: 'access-1',
      tier: 'access',
      cpu: 0.5,
      memoryBytes: 100e6,
      loopDelayMs: 0.5,
    });
  });

  test('however many look, logic is asked about once a second; while it is away its last word stands', async () => {
    const askedBefore = logic.asked;
    const startedAt = performance.now();
    await Promise.all(Array.from({ length: 20 }, () => get('/v1/admin/overview')));
    const seconds = Math.ceil((performance.now() - startedAt) / 1000);
    assert.ok(logic.asked - askedBefore <= seconds, `${logic.asked - askedBefore} questions in ${seconds} s`);
    logic.isAway = true;
    try {
      await eventually(async () => {
        const asked = logic.asked;
        const { status, body } = await get('/v1/admin/overview');
        assert.deepEqual([status, body['online']], [200, { connections: 3, users: 2, rooms: 1 }]);
        assert.ok(logic.asked > asked);
      });
      assert.deepEqual((await get('/v1/admin/rooms')).body['code'], 'peer-unavailable');
    } finally {
      logic.isAway = false;
    }
  });

  test('rooms by online are those of logic, with the rates of their owners; by rate those that dispatch names', async () => {
    await fixture.ports.bulkBus.subscribe(
      { kind: 'room-traffic', partition: partitionOf(trustedId('large')) },
      (payload, respond) => {
        const { roomIds } = RoomTrafficRequest.decode(payload);
        const zero = { roomEpoch: 5, seq: 8, batchesPerSec: 2, historyMessages: 8, shed: {} };
        const rooms = roomIds.map((roomId) => ({ roomId, messagesPerSec: 4, ...zero }));
        respond?.(RoomTrafficReply.encode({ isKnown: true, owner: 'dispatch-1', windowMs: 200, rooms }).finish());
      },
    );
    tell({
      process: 'dispatch-1',
      tier: 'dispatch',
      uptimeMs: 9000,
      rooms: [
        { roomId: 'busy', messagesPerSec: 50 },
        { roomId: 'small', messagesPerSec: 2 },
      ],
    });
    const listed = await get('/v1/admin/rooms?sort=online');
    assert.deepEqual(listed.body['rooms'], [
      { roomId: 'large', zoneId: null, online: 9, messagesPerSec: 4 },
      // Nobody owns its partition here; what dispatch said of it a moment ago stands in.
      { roomId: 'small', zoneId: null, online: 1, messagesPerSec: 2 },
    ]);
    assert.deepEqual(((await get('/v1/admin/rooms?limit=1')).body['rooms'] as unknown[]).length, 1);
    assert.deepEqual((await get('/v1/admin/rooms?sort=rate')).body['rooms'], [
      { roomId: 'busy', zoneId: null, online: 7, messagesPerSec: 50 },
      { roomId: 'small', zoneId: null, online: 7, messagesPerSec: 2 },
    ]);
    const { body } = await get('/v1/admin/rooms/large');
    assert.deepEqual([body['owner'], body['epoch'], body['seq'], body['batchMessages']], ['dispatch-1', 5, 8, 2]);
    const ownerless = await get('/v1/admin/rooms/small');
    assert.deepEqual([ownerless.status, ownerless.body['owner'], ownerless.body['seq']], [200, null, null]);
  });

  test('what cannot be read is counted and harms nothing', async () => {
    const { bulkBus, metrics } = fixture.ports;
    bulkBus.publish({ kind: 'vitals' }, Uint8Array.of(255, 255));
    bulkBus.publish({ kind: 'trace' }, Uint8Array.of(255, 255));
    await eventually(async () => {
      const samples = await metrics.samples('longwire_service_malformed_total');
      assert.deepEqual(
        samples.map(({ labels, value }) => [labels['topic'], value]),
        [
          ['vitals', 1],
          ['trace', 1],
        ],
      );
    });
  });
});

describe('traces of pushes', () => {
  let fixture: Fixture;
  let taken: Awaited<ReturnType<typeof takeEverything>>;
  before(async () => {
    fixture = await openService();
    taken = await takeEverything(fixture);
  });
  after(() => fixture.close());

  const traceOf = (messageId: unknown) => fixture.call('GET', `/v1/messages/${String(messageId)}/trace`);
  const push = async (target: unknown, query: string, rest: Record<string, unknown> = {}) => {
    const body = { target, payload: { cmd: 'A' }, ...rest };
    return (await fixture.call('POST', `/v1/push${query}`, body)).body;
  };

  test('the wish for a trace travels with the message by every way, and no word of it else', async () => {
    const wishes = () => [
      taken.rooms.at(-1)?.messages[0]?.isTraced,
      taken.broadcasts.at(-1)?.isTraced,
      taken.directs.at(-1)?.isTraced,
    ];
    for (const [query, wish] of [
      ['', undefined],
      ['?trace=false', undefined],
      ['?trace=true', true],
    ] as const) {
      await push({ kind: 'room', roomId: '1' }, query);
      await push({ kind: 'all' }, query);
      await push({ kind: 'room', roomId: '1' }, query, { lane: 'express' });
      assert.deepEqual(wishes(), [wish, wish, wish], query);
    }
  });

  test('a trace begins with the acceptance; one that wants an ack is traced unasked', async () => {
    const { messageId, acceptedAt } = await push({ kind: 'user', userIds: ['42'] }, '');
    const { body } = await eventually(async () => {
      const answer = await traceOf(messageId);
      assert.equal(answer.status, 200);
      return answer;
    });
    assert.deepEqual(body['target'], { kind: 'user', userIds: ['42'] });
    assert.deepEqual([body['lane'], body['acceptedAt'], body['isCut']], ['express', acceptedAt, false]);
    const spans = body['spans'] as { stage: string; process: string; detail: unknown }[];
    assert.deepEqual(
      spans.map(({ stage, process, detail }) => [stage, process, detail]),
      [
        ['accepted', 'service-1', { payloadBytes: 11 }],
        ['stored', 'service-1', {}],
      ],
    );
  });

  test('a target of very many ids is not repeated, and a trace whose beginning was lost says so', async () => {
    const userIds = Array.from({ length: 1000 }, (_, index) => `user-${index}`);
    const { messageId } = await push({ kind: 'user', userIds }, '');
    await eventually(async () => assert.equal((await traceOf(messageId)).body['target'], null));
    const span = { messageId: 'lost', lane: 2, stage: 'taken', atMs: 9, numbers: { seq: 1 }, texts: {} } as const;
    fixture.ports.bulkBus.publish({ kind: 'trace' }, TraceSpans.encode({ process: 'd', spans: [span] }).finish());
    await eventually(async () => {
      const { body } = await traceOf('lost');
      assert.deepEqual([body['target'], body['acceptedAt'], body['lane']], [null, null, 'bulk']);
    });
  });

  test('the wish for a trace does not make another push of the same idempotency key', async () => {
    const target = { kind: 'room', roomId: '1' };
    const first = await push(target, '', { idempotencyKey: 'k1' });
    assert.deepEqual(await push(target, '?trace=true', { idempotencyKey: 'k1' }), first);
  });
});
