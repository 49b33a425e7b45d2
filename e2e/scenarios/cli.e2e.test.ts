import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { connect } from '@longwire/client';
import type { Client } from '@longwire/client';
import { eventually } from '@longwire/testkit';
import { Longwire } from '../harness/launch.ts';
import { unusedPort } from '../harness/port-offset.ts';
import { Program } from '../harness/program.ts';
import type { ProgramEnd, ProgramOptions } from '../harness/program.ts';

const BIN = fileURLToPath(new URL('../../apps/cli/bin/longwire.mjs', import.meta.url));
type Json = Readonly<Record<string, unknown>>;

interface Viewer extends Disposable {
  readonly client: Client;
}

describe('longwire, the command line, against a cluster', () => {
  let longwire: Longwire;
  let folder: string;

  before(async () => {
    longwire = await Longwire.launch({ mode: 'cluster' });
    folder = mkdtempSync(join(tmpdir(), 'longwire-cli-'));
  });
  after(async () => {
    rmSync(folder, { recursive: true, force: true });
    const exit = await longwire?.stop();
    assert.equal(exit?.code, 0, exit?.stderr);
  });

  function start(args: readonly string[], options: ProgramOptions = {}): Program {
    const env = { LONGWIRE_API_KEY: undefined, LONGWIRE_STATE_DIR: longwire.stateDir, ...options.env };
    return new Program([BIN, ...args], { cwd: folder, ...options, env });
  }

  const run = (args: readonly string[], options?: ProgramOptions): Promise<ProgramEnd> => start(args, options).ended;

  async function ok(...args: readonly string[]): Promise<string> {
    const { code, out, err } = await run(args);
    assert.equal(code, 0, `${args.join(' ')}: ${out}${err}`);
    return out;
  }

  const json = async (...args: readonly string[]): Promise<Json> => JSON.parse(await ok(...args, '--json')) as Json;
  const lines = (text: string): readonly Json[] =>
    text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Json);

  async function viewer(userId: string, roomId: string): Promise<Viewer> {
    const getToken = () => longwire.api.mustConnect({ userId, deviceId: `d-${userId}`, roomId });
    const client = connect({ getToken, rooms: [roomId] });
    await eventually(() => client.state.kind === 'live');
    await client.join(roomId);
    return { client, [Symbol.dispose]: () => client.close() };
  }

  test('push, status, users, token: texts for people, one line of JSON for scripts', async () => {
    using ann = await viewer('ann', 'room-1');
    const seen: string[] = [];
    ann.client.on('*', ({ payload }) => void seen.push(String(payload['text'])));
    assert.match(await ok('push', '--room', 'room-1', 'over the command line'), /^accepted as \S+\n$/);
    const { messageId } = await json('push', '--user', 'ann', '{"cmd":"INVITE","text":"express"}');
    await eventually(() => seen.length === 2);
    assert.deepEqual(seen.toSorted(), ['express', 'over the command line']);
    const status = await json('status', String(messageId), '--wait');
    assert.deepEqual([status['status'], status['acked']], ['delivered', 1]);
    assert.match(await ok('push', '--device', 'd-ann', '{"cmd":"PAID"}', '--wait'), /delivered: acked by 1 of 1/);
    for (const target of [['--zone', 'music'], ['--all']]) await ok('push', ...target, 'to many');

    await eventually(async () => assert.match(await ok('users', 'ann'), /d-ann +access-\d +room-1/), { everyMs: 200 });
    assert.equal((await json('users', 'presence', 'nobody'))['online'], false);
    const { closed } = ann.client;
    assert.deepEqual(await json('users', 'kick', 'ann', '--reason', 'test'), { userId: 'ann', connections: 1 });
    assert.equal((await closed).code, 4509);
    const { nodes } = await json('token', '--user', 'ann');
    assert.equal((nodes as readonly unknown[]).length, 2);
  });

  test('keys: one is created, works for what it may, and is revoked', async () => {
    const key = await ok('keys', 'create', 'e2e', '--scope', 'read');
    const keys = (await json('keys', 'list'))['keys'] as readonly Json[];
    const keyId = String(keys.find(({ name }) => name === 'e2e')?.['keyId']);
    writeFileSync(join(folder, 'key'), key);
    const limited = [
      '--api-key-file',
      'key',
      '--control',
      longwire.report.control,
      '--service',
      longwire.report.service,
    ];
    assert.equal((await run(['users', 'ann', ...limited])).code, 0);
    const refused = await run(['push', '--all', 'hi', ...limited]);
    assert.deepEqual([refused.code, /403 scope-missing/.test(refused.err)], [1, true], refused.err);
    assert.match(await ok('keys', 'revoke', keyId, '--yes'), /is revoked/);
    await eventually(async () => (await run(['users', 'ann', ...limited])).code === 1, {
      everyMs: 500,
    });
  });

  test('rooms and trace', async () => {
    using _cy = await viewer('cy', 'room-r');
    const rooms = async (): Promise<readonly Json[]> => (await json('rooms'))['rooms'] as readonly Json[];
    await eventually(async () => (await rooms()).some(({ roomId }) => roomId === 'room-r'), {
      everyMs: 200,
    });
    await eventually(
      async () => assert.match(await ok('rooms', 'room-r'), /online +1\n[^]*partition +\d+, owned by dispatch-/),
      { everyMs: 200 },
    );
    const { messageId } = await json('push', '--user', 'cy', '--trace', '--wait', '{"cmd":"INVITE"}');
    const stages = async (): Promise<readonly unknown[]> =>
      ((await json('trace', String(messageId)))['spans'] as readonly Json[]).map(({ stage }) => stage);
    await eventually(async () => (await stages()).includes('acked'), { everyMs: 200 });
    assert.match(await ok('trace', String(messageId)), /express to user cy[^]*accepted[^]*sent[^]*acked/);
  });

  test('watch: sees a push, and ends with 0 on SIGINT', async () => {
    const watching = start(['watch', 'room-w', '--json']);
    await watching.hasPrinted(/"kind":"live"/);
    // The count comes with the answer to the join: from then on it is in the room.
    await watching.hasPrinted(/"type":"online"/);
    await ok('push', '--room', 'room-w', '{"cmd":"GIFT","n":3}');
    await watching.hasPrinted(/"type":"message"/);
    watching.signal('SIGINT');
    const { code, out, err } = await watching.ended;
    assert.deepEqual([code, err], [0, '']);
    const message = lines(out).find(({ type }) => type === 'message');
    assert.deepEqual([message?.['cmd'], message?.['roomId']], ['GIFT', 'room-w']);
    assert.match(out, /"payload":\{"cmd":"GIFT","n":3,/);

    const plain = start(['watch', 'room-w', '--cmd', 'DANMU_MSG', '-n', '1']);
    await plain.hasPrinted(/live on access/);
    await plain.hasPrinted(/\d online/);
    await ok('push', '--room', 'room-w', '{"cmd":"GIFT","n":4}');
    await ok('push', '--room', 'room-w', 'plain words');
    const end = await plain.ended;
    assert.equal(end.code, 0, end.err);
    assert.match(end.out, /^\S+ {2}DANMU_MSG {2}longwire: plain words\n$/);
  });

  test('a reader that has seen enough ends a command quietly', async () => {
    const command = `{ "${process.execPath}" "${BIN}" watch room-p --json; echo "code $?" >&2; } | head -1`;
    const piped = new Program(['-c', command], {
      command: 'sh',
      cwd: folder,
      env: { LONGWIRE_STATE_DIR: longwire.stateDir },
    });
    await piped.hasPrinted(/connecting/);
    await eventually(
      async () => {
        await longwire.api.mustPush({ kind: 'room', roomId: 'room-p' }, { cmd: 'X' });
        return /code/.test(piped.err);
      },
      { everyMs: 200 },
    );
    const { err, out } = await piped.ended;
    assert.deepEqual([err, lines(out).length], ['code 0\n', 1]);
  });

  test('events: follows enters, and ends with 0 on SIGTERM', async () => {
    const following = start(['events', '--type', 'room.enter', '--json']);
    // Nothing tells from outside that the stream is open: somebody enters until it is.
    await eventually(
      async () => {
        using _dee = await viewer('dee', `room-${Math.random().toString(36).slice(2)}`);
        return following.out.includes('room.enter');
      },
      { timeoutMs: 30_000, everyMs: 300 },
    );
    following.signal('SIGTERM');
    const { code, out } = await following.ended;
    assert.equal(code, 0);
    const [event] = lines(out);
    assert.deepEqual([event?.['type'], event?.['userId'], typeof event?.['id']], ['room.enter', 'dee', 'string']);
  });

  test('nodes, weight, eject, restore, drain: what operators do, and a drain is followed to its end', async () => {
    assert.match(await ok('nodes'), /^NODE +STATE[^]*access-1 +active[^]*access-2 +active/);
    assert.equal((await json('weight', 'access-2', '0'))['weight'], 0);
    assert.match(await ok('eject', 'access-2', '--yes'), /access-2 is ejected/);
    assert.match(await ok('restore', 'access-2'), /access-2 is active/);
    using together = new DisposableStack();
    const viewers = await Promise.all(Array.from({ length: 8 }, (_, n) => viewer(`v${n}`, 'room-d')));
    for (const each of viewers) together.use(each);
    const isLoaded = async (): Promise<boolean> => {
      const { nodes } = (await json('nodes')) as {
        nodes: readonly { nodeId: string; load: { connections: number } }[];
      };
      return nodes.some(({ nodeId, load }) => nodeId === 'access-1' && load.connections >= 8);
    };
    await eventually(isLoaded, { everyMs: 200 });
    await ok('weight', 'access-2', '1');
    const told = lines((await run(['drain', 'access-1', '--yes', '--json'])).out);
    assert.deepEqual(
      [told[0]?.['type'], Number(told[0]?.['of']) >= 8, told.at(-1)?.['type']],
      ['progress', true, 'drained'],
    );
    const isOver = ({ client: { state } }: Viewer): boolean => state.kind === 'live' && state.nodeId === 'access-2';
    await eventually(() => viewers.every(isOver));
    await ok('restore', 'access-1');
  });

  test('ready.json is found from any folder below it', async () => {
    mkdirSync(join(folder, 'project/deep/er'), { recursive: true });
    symlinkSync(longwire.stateDir, join(folder, 'project/.longwire'));
    const { code, err } = await run(['nodes'], {
      cwd: join(folder, 'project/deep/er'),
      env: { LONGWIRE_STATE_DIR: undefined },
    });
    assert.equal(code, 0, err);
  });

  test('errors say what failed, why, and what to do', async () => {
    const wrong = await run(['nodes'], { env: { LONGWIRE_API_KEY: 'wrong' } });
    assert.equal(wrong.code, 1);
    assert.match(
      wrong.err,
      /^longwire: list the nodes: .*\(401 unknown-api-key\)\n {2}The key came from --api-key or LONGWIRE_API_KEY/,
    );
    const unknown = await run(['drain', 'access-9', '--yes', '--json']);
    assert.equal(unknown.code, 1);
    assert.equal((JSON.parse(unknown.err) as { error: Json }).error['code'], 'unknown-node');
    const nowhere = `http://127.0.0.1:${await unusedPort()}`;
    const away = await run(['users', 'ann', '--service', nowhere, '--api-key', 'k']);
    assert.equal(away.code, 1);
    assert.ok(away.err.includes(`service at ${nowhere} does not answer (ECONNREFUSED)`), away.err);
    const watching = await run(['watch', 'not a room']);
    assert.deepEqual([watching.code, /roomId/.test(watching.err)], [1, true], watching.err);
    assert.equal((await run(['push', '--room', '1'])).code, 2);
    assert.match(await ok('completion', 'bash'), /complete -o default -F _longwire longwire/);
  });
});
