import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { connect } from '@longwire/client';
import type { Client } from '@longwire/client';
import { eventually } from '@longwire/testkit';
import { chromiumSkipReason, findChromium } from '@longwire/testkit/servers';
import { builtClient } from '../harness/built-client.ts';
import { launchChromium } from '../harness/chromium.ts';
import { Longwire } from '../harness/launch.ts';
import { unusedPort } from '../harness/port-offset.ts';
import { Program } from '../harness/program.ts';

/** A webhook that was not there for a while is tried again ever more slowly, up to every 30 s. */
const BACKED_OFF = { timeoutMs: 90_000 };
const SECRET = 'a secret of this test';
const withoutChromium = (await findChromium()) === undefined && chromiumSkipReason;

function example(path: string): string {
  return fileURLToPath(new URL(`../examples/${path}`, import.meta.url));
}

interface Said {
  readonly cmd: string;
  readonly name?: string;
  readonly text?: string;
  readonly reason?: string;
}

interface Viewer extends Disposable {
  readonly client: Client;
  readonly said: Said[];
}

describe('the examples', () => {
  let longwire: Longwire;
  let webhookPort: number;
  const env = (): Record<string, string> => ({ LONGWIRE_STATE_DIR: longwire.stateDir });

  before(async () => {
    webhookPort = await unusedPort();
    longwire = await Longwire.launch({
      mode: 'standalone',
      env: {
        LONGWIRE_WEBHOOK_URL: `http://127.0.0.1:${webhookPort}/longwire`,
        LONGWIRE_WEBHOOK_SECRET: SECRET,
      },
    });
  });
  after(async () => {
    const exit = await longwire?.stop();
    assert.equal(exit?.code, 0, exit?.stderr);
  });

  /** A viewer in a room and all that was said to them. */
  async function enter(userId: string, roomId: string): Promise<Viewer> {
    const getToken = () => longwire.api.mustConnect({ userId, deviceId: `d-${userId}`, roomId });
    const client = connect({ getToken, rooms: [roomId] });
    const said: Said[] = [];
    client.on('*', ({ payload }) => void said.push(payload as unknown as Said));
    await eventually(() => client.state.kind === 'live');
    await client.join(roomId);
    return { client, said, [Symbol.dispose]: () => client.close() };
  }

  test('tcp: at most 60 lines without imports from here; batches, heartbeats, and an express message shown once and acked', async () => {
    const source = readFileSync(example('tcp/client.mjs'), 'utf8');
    assert.ok(source.trimEnd().split('\n').length <= 60);
    const imports = [...source.matchAll(/from '([^']+)'/g)].map(([, name = '']) => name);
    assert.ok(imports.length > 0 && imports.every((name) => name.startsWith('node:')), imports.join(' '));

    const ticket = await longwire.api.mustConnect({ userId: 'tcp', deviceId: 'tcp', roomId: 'tcp-1' });
    await using program = new Program([example('tcp/client.mjs'), 'tcp-1'], { input: JSON.stringify(ticket) });
    await program.hasPrinted(/1 online/);
    for (let n = 1; n <= 20; n += 1) await longwire.api.mustPush({ kind: 'room', roomId: 'tcp-1' }, { cmd: 'SAY', n });
    const id = await longwire.api.mustPush({ kind: 'user', userIds: ['tcp'] }, { cmd: 'INVITE' });
    await program.hasPrinted(/"n":20/);
    await program.hasPrinted(/INVITE/);
    const status = async () => (await longwire.api.service('GET', `/v1/messages/${id}`)).body['status'];
    await eventually(async () => (await status()) === 'delivered');
    const messages = program.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { cmd: string; n?: number });
    assert.deepEqual(
      messages.filter(({ cmd }) => cmd === 'SAY').map(({ n }) => n),
      Array.from({ length: 20 }, (_, index) => index + 1),
    );
    assert.equal(messages.filter(({ cmd }) => cmd === 'INVITE').length, 1);
  });

  test('bot: greets who enters, once, and answers a command', async () => {
    await using bot = new Program([example('bot/bot.ts'), 'bot-1'], { env: env() });
    await bot.hasPrinted(/the bot is in room bot-1/);
    using ann = await enter('ann', 'bot-1');
    const { said } = ann;
    await eventually(() => said.some(({ text }) => text === 'welcome, ann!'));
    await longwire.api.mustPush({ kind: 'room', roomId: 'bot-1' }, { cmd: 'DANMU_MSG', name: 'ann', text: '!online' });
    await eventually(() => said.some(({ text }) => /^\d+ of us here$/.test(text ?? '')));
    assert.equal(said.filter(({ text }) => text?.startsWith('welcome')).length, 1);
    assert.equal((await bot.stop()).code, 0, bot.err);
  });

  test('backend: what a viewer sends is moderated and pushed; forged, stale and repeated posts do nothing', async () => {
    const options = { env: { ...env(), LONGWIRE_WEBHOOK_SECRET: SECRET, PORT: String(webhookPort) } };
    await using backend = new Program([example('backend/backend.ts')], options);
    await backend.hasPrinted(/webhooks go to/);
    using bea = await enter('bea', 'shop-1');
    const { client, said } = bea;
    assert.ok((await client.send({ cmd: 'SAY', text: ' hello\u0007there' })).ok);
    await eventually(() => said.some(({ cmd }) => cmd === 'DANMU_MSG'), BACKED_OFF);
    assert.deepEqual([said[0]?.name, said[0]?.text], ['bea', 'hello there']);
    assert.ok((await client.send({ cmd: 'SAY', text: 'FREE coins' })).ok);
    await eventually(() => said.some(({ cmd }) => cmd === 'REFUSED'));

    const post = (text: string, seconds: number, secret = SECRET): Promise<number> => {
      const event = {
        type: 'uplink',
        eventId: `replay-${seconds}`,
        userId: 'bea',
        rooms: ['shop-1'],
        data: { cmd: 'SAY', text },
      };
      const body = JSON.stringify({ gap: false, events: [event] });
      const digest = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
      const headers = { 'longwire-signature': `t=${seconds},v1=${digest}` };
      return fetch(`http://127.0.0.1:${webhookPort}/longwire`, { method: 'POST', headers, body }).then(
        ({ status }) => status,
      );
    };
    const now = Math.floor(Date.now() / 1000);
    assert.equal(await post('forged', now, 'another secret'), 401);
    assert.equal(await post('stale', now - 3_600), 401);
    assert.deepEqual([await post('twice', now), await post('twice', now)], [204, 204]);
    // A restarted backend remembers nothing: the idempotency key does.
    assert.equal((await backend.stop()).code, 0, backend.err);
    await using again = new Program([example('backend/backend.ts')], options);
    await again.hasPrinted(/webhooks go to/);
    assert.equal(await post('twice', now), 204);
    assert.ok((await client.send({ cmd: 'SAY', text: 'the last' })).ok);
    await eventually(() => said.some(({ text }) => text === 'the last'), BACKED_OFF);
    const texts = said.map(({ text, reason }) => text ?? reason);
    assert.deepEqual(texts, ['hello there', 'this is not said here', 'twice', 'the last']);
  });

  test('browser: a page without a build joins, sees, says', { skip: withoutChromium }, async () => {
    builtClient();
    await using server = new Program([example('browser/server.mjs')], { env: { ...env(), PORT: '0' } });
    const [, url = ''] = await server.hasPrinted(/open (http:\S+?)\?/);
    const browser = await launchChromium();
    try {
      const page = await browser.newPage();
      const faults: string[] = [];
      page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
      page.on('pageerror', (error) => faults.push(error.message));
      await page.goto(`${url}?room=page-1&name=cy`);
      await page.getByRole('status').filter({ hasText: 'live' }).waitFor();
      await page.getByLabel('Say').fill('你好 from a page');
      await page.getByRole('button', { name: 'Send' }).click();
      await page.getByRole('listitem').filter({ hasText: 'cy: 你好 from a page' }).waitFor();
      await longwire.api.mustPush(
        { kind: 'room', roomId: 'page-1' },
        { cmd: 'DANMU_MSG', name: 'api', text: '<b>pushed</b>' },
      );
      await page.getByRole('listitem').filter({ hasText: 'api: <b>pushed</b>' }).waitFor();
      assert.deepEqual(faults, []);
    } finally {
      await browser.close();
    }
  });
});
