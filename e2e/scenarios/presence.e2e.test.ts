import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { eventually } from '@longwire/testkit';
import { startNats, startRedis } from '@longwire/testkit/servers';
import type { RunningServer } from '@longwire/testkit/servers';
import { enter, enterAll } from '../harness/audience.ts';
import { EventReader, SubjectReader, WebhookReceiver } from '../harness/event-reader.ts';
import type { ReadEvent } from '../harness/event-reader.ts';
import { Longwire } from '../harness/launch.ts';
import { redisCommand } from '../harness/redis-command.ts';
import type { Viewer } from '../harness/viewer.ts';

const GRACE_MS = 3000;
/** What A5 and the runbooks count on: a dead node's sessions are gone by then. */
const GONE_WITHIN_MS = 10_000;

/** Distinct events of a user in a room, in the order of their first coming: `enter`, `leave`. */
function storyOf(events: Iterable<ReadEvent>, roomId: string, userId: string): readonly string[] {
  const seen = new Map<string, string>();
  for (const event of events) {
    if (event.roomId === roomId && event.userId === userId) seen.set(event.eventId, event.type.replace('room.', ''));
  }
  return [...seen.values()];
}

describe('presence: who is there, and who came and went', () => {
  let nats: RunningServer;
  let redis: RunningServer;
  let webhook: WebhookReceiver;
  let subject: SubjectReader;
  let longwire: Longwire;
  let reader: EventReader;
  const open: Viewer[] = [];

  before(async () => {
    [nats, redis, webhook] = await Promise.all([startNats(), startRedis(), WebhookReceiver.open()]);
    subject = await SubjectReader.open(nats.url, 'live.events');
    longwire = await Longwire.launch({
      mode: 'cluster',
      args: ['--logic', '2', '--service', '2'],
      env: {
        LONGWIRE_NATS_URL: nats.url,
        LONGWIRE_REDIS_URL: redis.url,
        LONGWIRE_LOGIC_LEAVE_GRACE: `${GRACE_MS}ms`,
        LONGWIRE_WEBHOOK_URL: webhook.url,
        LONGWIRE_WEBHOOK_SECRET: webhook.secret,
        LONGWIRE_WEBHOOK_TIMEOUT: '1s',
        LONGWIRE_EVENTS_SUBJECT: 'live.events',
      },
    });
    reader = await EventReader.open(longwire);
  });
  after(async () => {
    reader?.close();
    for (const viewer of open) viewer.close();
    const exit = await longwire?.stop();
    subject?.close();
    webhook?.close();
    await Promise.all([nats?.stop(), redis?.stop()]);
    assert.equal(exit?.code, 0, exit?.stderr);
  });

  const enterRoom = async (roomId: string, userId: string, node = 0): Promise<Viewer> => {
    const viewer = await enter(longwire, { userId, deviceId: `${userId}-${node}`, roomId, node });
    open.push(viewer);
    return viewer;
  };
  const enterMany = async (roomId: string, count: number, node: number): Promise<readonly Viewer[]> => {
    const members = Array.from({ length: count }, (_, index) => {
      const userId = `${roomId}-${index}`;
      return { userId, deviceId: `${userId}-${node}`, roomId, node };
    });
    const viewers = await enterAll(longwire, members);
    open.push(...viewers);
    return viewers;
  };
  const untilStory = (roomId: string, userId: string, story: readonly string[]) =>
    eventually(() => assert.deepEqual(storyOf(reader.events, roomId, userId), story), { everyMs: 50 });
  const untilOnline = (roomId: string, online: number, timeoutMs?: number) =>
    eventually(
      async () => assert.equal((await longwire.api.service('GET', `/v1/rooms/${roomId}`)).body['online'], online),
      { everyMs: 100, ...(timeoutMs !== undefined && { timeoutMs }) },
    );
  /** What a script answers on the Redis of the cluster. */
  async function redisNumber(script: string, ...args: readonly string[]): Promise<number> {
    const answer = await redisCommand(redis.url, 'EVAL', script, '0', ...args);
    const [, digits] = /^:(\d+)\r\n/.exec(answer) ?? [];
    assert.ok(digits !== undefined, answer);
    return Number(digits);
  }
  async function kill(name: string): Promise<void> {
    const pid = longwire.pidOf(name);
    process.kill(pid, 'SIGKILL');
    await eventually(() => longwire.pidOf(name) !== pid, { what: `${name} running again` });
  }

  test('a quick return, to another node even, is neither a leave nor an enter; going for good is one leave', async () => {
    (await enterRoom('back', 'u1')).close();
    const second = await enterRoom('back', 'u1', 1);
    (await enterRoom('back', 'witness')).close();
    // The witness left after u1's first connection: when its grace is over, u1's is.
    await untilStory('back', 'witness', ['enter', 'leave']);
    assert.deepEqual(storyOf(reader.events, 'back', 'u1'), ['enter']);
    second.close();
    await untilStory('back', 'u1', ['enter', 'leave']);
    await enterRoom('back', 'u1');
    await untilStory('back', 'u1', ['enter', 'leave', 'enter']);
  });

  test('kill -9 of an access node: its sessions are gone within 10 s, and each viewer leaves once', async () => {
    const there = await enterMany('killed', 20, 0);
    const elsewhere = await enterRoom('killed', 'stays', 1);
    await untilOnline('killed', 21);
    await kill('access-1');
    await untilOnline('killed', 1, GONE_WITHIN_MS);
    assert.equal(elsewhere.isClosed, false);
    for (const [index] of there.entries()) await untilStory('killed', `killed-${index}`, ['enter', 'leave']);
    assert.deepEqual(storyOf(reader.events, 'killed', 'stays'), ['enter']);
  });

  test('kill -9 of each logic process while viewers come and go: one enter and one leave each, counts are right', async () => {
    const early = await enterMany('logic', 20, 1);
    await untilOnline('logic', 20);
    const killing = kill('logic-1');
    for (const viewer of early.slice(0, 10)) viewer.close();
    await killing;
    const second = kill('logic-2');
    const late = await enterMany('logic2', 10, 0);
    await second;
    await untilOnline('logic', 10, GONE_WITHIN_MS);
    await untilOnline('logic2', 10, GONE_WITHIN_MS);
    for (let index = 0; index < 20; index += 1) {
      await untilStory('logic', `logic-${index}`, index < 10 ? ['enter', 'leave'] : ['enter']);
    }
    for (const [index] of late.entries()) await untilStory('logic2', `logic2-${index}`, ['enter']);
  });

  test('what the store lost of its records and indexes is found by the digests, and counts are right within 10 s', async () => {
    await enterMany('lost', 10, 0);
    await enterMany('lost2', 5, 1);
    await untilOnline('lost', 10);
    await untilOnline('lost2', 5);
    // What is left on a server that took over without the last writes: the rooms of one, the records of the other.
    const forget = `local lost = 0
    for _, pattern in ipairs(ARGV) do
      for _, key in ipairs(redis.call('KEYS', pattern)) do lost = lost + redis.call('DEL', key) end
    end
    return lost`;
    const rooms = 'lw:{r*}:*:lost*';
    const keysOfRooms = (): Promise<number> => redisNumber(`return #redis.call('KEYS', ARGV[1])`, rooms);
    const before = await keysOfRooms();
    const lostAt = performance.now();
    assert.ok((await redisNumber(forget, rooms, 'lw:{n:access-2}:[sd]*')) > before);
    const leftMs = (): number => GONE_WITHIN_MS - (performance.now() - lostAt);
    // Back in the store first: that they were gone for a while need not be seen from outside.
    await eventually(async () => assert.ok((await keysOfRooms()) >= before), { timeoutMs: leftMs(), everyMs: 50 });
    await untilOnline('lost', 10, leftMs());
    await untilOnline('lost2', 5, leftMs());
    const presence = await longwire.api.service('GET', '/v1/users/lost2-0/presence');
    assert.equal((presence.body['connections'] as unknown[]).length, 1);
    assert.ok((await longwire.metric('longwire_logic_digests_total', { labels: 'differs' })) >= 1);
  });

  test('a webhook that answers 500, then hangs, gets everything in the end, and holds nobody else up', async () => {
    webhook.mood = 'refuse';
    const before = webhook.posts;
    const viewer = await enterRoom('hook', 'u1');
    await untilStory('hook', 'u1', ['enter']);
    await eventually(() => webhook.posts > before + 1);
    webhook.mood = 'hang';
    viewer.close();
    await untilStory('hook', 'u1', ['enter', 'leave']);
    await eventually(() => assert.deepEqual(storyOf(subject.events, 'hook', 'u1'), ['enter', 'leave']));
    assert.deepEqual(storyOf(webhook.events.values(), 'hook', 'u1'), []);
    webhook.mood = 'take';
    await eventually(() => assert.deepEqual(storyOf(webhook.events.values(), 'hook', 'u1'), ['enter', 'leave']), {
      // Tried again ever more slowly, up to every 30 s.
      timeoutMs: 90_000,
    });
    assert.equal(webhook.forged, 0);
  });

  test('webhook and subject go on after kill -9 of the service process that served them, and miss nothing', async () => {
    const names = ['service-1', 'service-2'];
    const active = await eventually(async () => {
      for (const name of names) {
        const text = await (await fetch(`${longwire.report.admin[name]}/metrics`)).text();
        if (text.includes('longwire_service_is_delivering{sink="webhook"} 1')) return name;
      }
      throw new Error('nobody serves the webhook');
    });
    await enterRoom('moved', 'u1');
    process.kill(longwire.pidOf(active), 'SIGKILL');
    await enterRoom('moved', 'u2');
    await eventually(
      () => {
        for (const userId of ['u1', 'u2']) {
          assert.deepEqual(storyOf(webhook.events.values(), 'moved', userId), ['enter']);
          assert.deepEqual(storyOf(subject.events, 'moved', userId), ['enter']);
        }
      },
      { everyMs: 50 },
    );
  });

  test('all three ways have told the same events, and a reader resumes from any of its positions', async () => {
    const ids = (events: Iterable<ReadEvent>): ReadonlySet<string> =>
      new Set([...events].map(({ eventId }) => eventId));
    const again = await EventReader.open(longwire, '0');
    try {
      await eventually(
        () => {
          const told = ids(again.events);
          assert.deepEqual(told, ids(webhook.events.values()));
          assert.deepEqual(told, ids(subject.events));
          for (const event of reader.events) assert.ok(told.has(event.eventId));
        },
        { everyMs: 100 },
      );
    } finally {
      again.close();
    }
  });
});
