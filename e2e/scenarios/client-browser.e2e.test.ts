import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { eventually } from '@longwire/testkit';
import { chromiumSkipReason, findChromium } from '@longwire/testkit/servers';
import { launchChromium } from '../harness/chromium.ts';
import { ClientPage } from '../harness/client-page.ts';
import { Longwire } from '../harness/launch.ts';
import type { Seen } from '../harness/seen.ts';
import { TicketDesk } from '../harness/ticket-desk.ts';

const skip = (await findChromium()) === undefined && chromiumSkipReason;

describe('the client library in a browser, from a page without a build', { skip }, () => {
  let longwire: Longwire;
  let browser: Browser;
  let served: ClientPage;

  before(async () => {
    // One viewer and a little talk are enough for a dictionary here.
    const env = { LONGWIRE_DISPATCH_DICTIONARY_VIEWERS: '1', LONGWIRE_DISPATCH_DICTIONARY_SIZE: '4KiB' };
    longwire = await Longwire.launch({ mode: 'cluster', env });
    served = await ClientPage.open(new TicketDesk(longwire.api));
    browser = await launchChromium();
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
    await untilLive(page);
    return page;
  }

  /** Live for the `times`th time. */
  async function untilLive(page: Page, times = 1): Promise<void> {
    const isLive = async (): Promise<boolean> => {
      const { states } = await seenBy(page);
      return states.at(-1)?.kind === 'live' && states.filter(({ kind }) => kind === 'live').length >= times;
    };
    await eventually(isLive, { what: `live ${times} times` });
  }

  async function pushTen(roomId: string, cmd: string): Promise<void> {
    for (let n = 1; n <= 10; n += 1) {
      await eventually(() => longwire.api.mustPush({ kind: 'room', roomId }, { cmd, n }));
    }
  }

  async function say(page: Page, roomId: string, cmd: string): Promise<void> {
    await pushTen(roomId, cmd);
    await eventually(async () => (await numbers(page, cmd)).at(-1) === 10, { what: cmd });
  }

  async function numbers(page: Page, cmd: string): Promise<number[]> {
    return (await seenBy(page)).said.filter((payload) => payload['cmd'] === cmd).map(({ n }) => Number(n));
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

  test('batches against the dictionary of the room come in order, with the decoder there is', async () => {
    const page = await open('web-4');
    const batches = (): Promise<number> =>
      longwire.metric('longwire_dispatch_brotli_quality_total', { tier: 'dispatch', labels: '"dictionary"' });
    const before = await batches();
    let rounds = 0;
    const deadline = performance.now() + 60_000;
    while ((await batches()) < before + 5 && performance.now() < deadline) {
      await say(page, 'web-4', `TALK_${(rounds += 1)}`);
    }
    assert.ok((await batches()) >= before + 5, `${await batches()} batches against a dictionary`);
    await say(page, 'web-4', 'HELLO');
    for (let round = 1; round <= rounds; round += 1) assert.deepEqual(await numbers(page, `TALK_${round}`), ALL);
    assert.deepEqual(await numbers(page, 'HELLO'), ALL);
    const { faults, gaps } = await seenBy(page);
    assert.deepEqual([faults, gaps], [[], []]);
    await page.close();
  });

  test('without brotli it comes back with zlib, and misses nothing without a word', async () => {
    const page = await browser.newPage();
    await page.route('**/brotli-wasm/**', (route) => route.abort());
    await page.goto(`${served.url}?room=web-2&user=web-2`);
    await untilLive(page);
    // How much of this is said before it is back is a matter of speed; what is missed then is told.
    await pushTen('web-2', 'FIRST');
    await untilLive(page, 2);
    await say(page, 'web-2', 'HELLO');
    const { gaps, states } = await seenBy(page);
    const told = gaps.reduce((sum, { missed }) => sum + (missed ?? 10), 0);
    assert.ok((await numbers(page, 'FIRST')).length + told >= 10, JSON.stringify(gaps));
    assert.deepEqual(await numbers(page, 'HELLO'), ALL);
    assert.equal(states.filter(({ kind }) => kind === 'live').length, 2);
    await page.close();
  });
});
