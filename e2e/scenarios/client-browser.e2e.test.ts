import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { eventually } from '@longwire/testkit';
import { chromiumSkipReason, findChromium } from '@longwire/testkit/servers';
import { ClientPage } from '../harness/client-page.ts';
import { Longwire } from '../harness/launch.ts';

interface Seen {
  readonly said: readonly { readonly cmd: string; readonly n: number }[];
  readonly states: readonly string[];
  readonly gaps: readonly { readonly missed: number | null }[];
  readonly faults: readonly string[];
}

const CHROMIUM_FLAGS = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'];
const executablePath = await findChromium();

describe(
  'the client library in a browser, from a page without a build',
  { skip: executablePath === undefined && chromiumSkipReason },
  () => {
    let longwire: Longwire;
    let browser: Browser;
    let served: ClientPage;

    before(async () => {
      longwire = await Longwire.launch({ mode: 'cluster' });
      served = await ClientPage.open(longwire);
      browser = await chromium.launch({
        ...(executablePath === undefined ? {} : { executablePath }),
        args: CHROMIUM_FLAGS,
      });
    });
    after(async () => {
      await browser?.close();
      served?.close();
      const exit = await longwire?.stop();
      assert.equal(exit?.code, 0, exit?.stderr);
    });

    const seenBy = (page: Page): Promise<Seen> => page.evaluate<Seen>('seen');

    async function open(user: string): Promise<Page> {
      served.loaded.length = 0;
      const page = await browser.newPage();
      await page.goto(`${served.url}?room=${user}&user=${user}`);
      await eventually(async () => (await seenBy(page)).states.at(-1) === 'live', { timeoutMs: 15_000 });
      return page;
    }

    async function say(page: Page, roomId: string, cmd: string): Promise<void> {
      for (let n = 1; n <= 10; n += 1) {
        await eventually(() => longwire.api.mustPush({ kind: 'room', roomId }, { cmd, n }), { timeoutMs: 15_000 });
      }
      await eventually(async () => (await numbers(page, cmd)).at(-1) === 10, { timeoutMs: 15_000, what: cmd });
    }

    async function numbers(page: Page, cmd: string): Promise<number[]> {
      return (await seenBy(page)).said.filter((payload) => payload.cmd === cmd).map(({ n }) => n);
    }

    const ALL = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

    test('brotli is loaded with the first batch, and messages come in order', async () => {
      const page = await open('web-1');
      assert.ok(!served.loaded.some((path) => path.includes('brotli')), 'nothing to decode yet');
      await say(page, 'web-1', 'HELLO');
      assert.deepEqual(await numbers(page, 'HELLO'), ALL);
      const { faults, gaps } = await seenBy(page);
      assert.deepEqual([faults, gaps], [[], []]);
      assert.ok(
        served.loaded.some((path) => path.endsWith('.wasm')),
        served.loaded.join(' '),
      );
      await page.close();
    });

    test('without brotli it comes back with zlib, and misses nothing without a word', async () => {
      const page = await browser.newPage();
      await page.route('**/brotli-wasm/**', (route) => route.abort());
      await page.goto(`${served.url}?room=web-2&user=web-2`);
      await eventually(async () => (await seenBy(page)).states.at(-1) === 'live', { timeoutMs: 15_000 });
      await say(page, 'web-2', 'FIRST');
      await say(page, 'web-2', 'HELLO');
      const { gaps, states } = await seenBy(page);
      const told = gaps.reduce((sum, { missed }) => sum + (missed ?? 10), 0);
      assert.ok((await numbers(page, 'FIRST')).length + told >= 10, JSON.stringify(gaps));
      assert.deepEqual(await numbers(page, 'HELLO'), ALL);
      assert.equal(states.filter((kind) => kind === 'live').length, 2);
      await page.close();
    });

    test('its node is killed: it comes back, and an invite sent meanwhile comes once', async () => {
      const page = await open('web-3');
      const nodeId = await page.evaluate<string>('client.state.nodeId');
      process.kill(longwire.pidOf(nodeId), 'SIGKILL');
      await longwire.api.mustPush({ kind: 'user', userIds: ['web-3'] }, { cmd: 'INVITE', n: 1 });
      await eventually(async () => (await numbers(page, 'INVITE')).length > 0, {
        timeoutMs: 30_000,
        what: 'the invite',
      });
      await say(page, 'web-3', 'AFTER');
      assert.deepEqual(await numbers(page, 'AFTER'), ALL);
      assert.deepEqual(await numbers(page, 'INVITE'), [1]);
      await page.close();
    });
  },
);
