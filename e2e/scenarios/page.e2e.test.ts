import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { chromiumSkipReason, findChromium } from '@longwire/testkit/servers';
import { Longwire } from '../harness/launch.ts';
import { RoomBrowser } from '../harness/room-browser.ts';

const skip = (await findChromium()) === undefined && chromiumSkipReason;

describe('the page, in a real browser against a cluster', { skip }, () => {
  let longwire: Longwire;
  let browser: RoomBrowser;

  before(async () => {
    longwire = await Longwire.launch({ mode: 'cluster' });
    browser = await RoomBrowser.open(longwire.report.console);
  });
  after(async () => {
    await browser?.close();
    const exit = await longwire?.stop();
    assert.equal(exit?.code, 0, exit?.stderr);
  });

  /** Opens the page as a viewer does: types room and name, joins, is live. */
  async function join(name: string, viewport: { width: number; height: number }): Promise<Page> {
    const page = await browser.visit('', { viewport });
    await page.getByTestId('join-room').fill('1000');
    await page.getByTestId('join-name').fill(name);
    await page.getByTestId('join-button').click();
    await page.getByTestId('connection-badge').and(page.locator('[data-state="live"]')).waitFor();
    return page;
  }

  test('a viewer sends a barrage and sees it, and so does another one', async () => {
    const ann = await join('Ann', { width: 1280, height: 800 });
    const bob = await join('Bob', { width: 390, height: 844 });
    await ann.getByTestId('composer').fill('你好, room!');
    await ann.getByTestId('composer').press('Enter');
    for (const page of [ann, bob]) {
      await page.getByTestId('chat-item').filter({ hasText: '你好, room!' }).first().waitFor();
      await page.getByTestId('barrage-item').filter({ hasText: '你好, room!' }).first().waitFor({ state: 'attached' });
    }
    await bob.getByTestId('online-count').filter({ hasText: '2' }).waitFor();

    await longwire.api.mustPush(
      { kind: 'room', roomId: '1000' },
      { cmd: 'DANMU_MSG', name: 'api', text: 'pushed over HTTP' },
    );
    await bob.getByTestId('chat-item').filter({ hasText: 'pushed over HTTP' }).first().waitFor();

    await ann.getByTestId('demo-burst').click();
    await ann.getByTestId('demo-pk').click();
    await ann.getByTestId('pk-invite').waitFor();
    assert.equal(await bob.getByTestId('pk-invite').count(), 0, 'the invite is for Ann alone');
    await ann.getByTestId('demo-zone').click();
    await ann.getByTestId('zone-notice').waitFor();
    await ann.getByTestId('demo-global').click();
    for (const page of [ann, bob]) await page.getByTestId('global-notice').waitFor();
    await Promise.all([ann.close(), bob.close()]);
  });

  test('the badge tells the truth when the node dies, and the viewer comes back by itself', async () => {
    const page = await join('Cid', { width: 1280, height: 800 });
    const badge = page.getByTestId('connection-badge');
    for (const node of ['access-1', 'access-2']) process.kill(longwire.pidOf(node), 'SIGKILL');
    await badge.and(page.locator('[data-state="reconnecting"]')).waitFor();
    await badge.and(page.locator('[data-state="live"]')).waitFor({ timeout: 20_000 });
    await page.getByTestId('composer').fill('back again');
    await page.getByTestId('send-button').click();
    await page.getByTestId('chat-item').filter({ hasText: 'back again' }).first().waitFor();
    await page.close();
  });

  test('the browser console shows no error but the cut lines of the killed nodes', () => {
    const unexpected = browser.faults.filter((fault) => !/WebSocket|ERR_CONNECTION|503/.test(fault));
    assert.deepEqual(unexpected, []);
  });
});
