import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { eventually } from '@longwire/testkit';
import { accessibilityFaults, chromiumSkipReason, findChromium } from '@longwire/testkit/servers';
import { compareFrames, isSmooth, isTelling, SMOOTH_MS } from '../harness/frame-rate.ts';
import { Longwire } from '../harness/launch.ts';
import { DESKTOP, PHONE } from '../harness/page-browser.ts';
import { RoomBrowser, watchBadge } from '../harness/room-browser.ts';
import { startCrowd } from '../harness/room-crowd.ts';
import type { Crowd } from '../harness/room-crowd.ts';

/** Between its last and its first button a modal dialog lets focus out to the browser's own bars. */
const FOCUS_INSIDE = `document.activeElement === document.body || document.activeElement?.closest('dialog') !== null`;
/** Says what is in the composer; resolves, before anything can have come back, with how many words are on their way. */
const SAY_AND_LOOK = `(async () => {
  document.querySelector('[data-testid="composer"]').form.requestSubmit();
  for (let turn = 0; turn < 10; turn += 1) await undefined;
  return document.querySelectorAll('[data-testid="chat-item"][data-progress="sending"]').length;
})()`;
/** What a browser says of a line whose other end was killed. */
const CUT_LINE = /WebSocket|ERR_CONNECTION|status of 503/;
const skip = (await findChromium()) === undefined && chromiumSkipReason;

describe('the live room, in a real browser against a cluster', { skip }, () => {
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

  /** Which share of what clients say of a node is bad, as control shows it to operators. */
  const badRatioOf = async (nodeId: string): Promise<number> => {
    const { body } = await longwire.api.control('GET', '/v1/admin/nodes');
    const nodes = body['nodes'] as { nodeId: string; linkQuality: { badRatio: number } | null }[];
    return nodes.find((node) => node.nodeId === nodeId)?.linkQuality?.badRatio ?? 0;
  };
  const chatTexts = (page: Page): Promise<string[]> => page.getByTestId('chat-item').allTextContents();
  /** Looks at several things that show for some seconds only, each as soon as it is there. */
  const seenOn = (pages: readonly Page[], ...testIds: readonly string[]): Promise<unknown> =>
    Promise.all(pages.flatMap((page) => testIds.map((id) => page.getByTestId(id).first().waitFor())));

  test('a viewer types a room and a name, says something, and so does the other one see it; each push finds its viewers', async () => {
    const enter = async (name: string, viewport: typeof DESKTOP): Promise<Page> => {
      const page = await browser.visit('', { viewport });
      await page.getByTestId('join-room').fill('1000');
      await page.getByTestId('join-name').fill(name);
      await page.getByTestId('join-button').click();
      await page.locator('[data-testid="connection-badge"][data-state="live"]').waitFor();
      return page;
    };
    const ann = await enter('Ann', DESKTOP);
    const bob = await enter('Bob', PHONE);
    await ann.getByTestId('composer').fill('你好, room!');
    await ann.getByTestId('composer').press('Enter');
    const withWords = (page: Page, testId: string, words: string): Promise<void> =>
      page.getByTestId(testId).filter({ hasText: words }).first().waitFor({ state: 'attached' });
    const places = [ann, bob].flatMap((page) => ['chat-item', 'barrage-item'].map((testId) => ({ page, testId })));
    await Promise.all(places.map(({ page, testId }) => withWords(page, testId, '你好, room!')));
    await bob.locator('[data-testid="online-count"][data-count="2"]').waitFor();
    const payload = { cmd: 'DANMU_MSG', name: 'api', text: 'pushed over HTTP' };
    await longwire.api.mustPush({ kind: 'room', roomId: '1000' }, payload);
    await withWords(bob, 'chat-item', 'pushed over HTTP');

    await ann.getByTestId('demo-burst').click();
    await ann.getByTestId('demo-pk').click();
    await seenOn([ann], 'pk-invite');
    await ann.getByTestId('demo-zone').click();
    await seenOn([ann, bob], 'zone-notice');
    await ann.getByTestId('demo-global').click();
    await seenOn([ann, bob], 'global-notice');
    assert.equal(await bob.getByTestId('pk-invite').count(), 0, 'the invite is for Ann alone');
    await Promise.all([ann.context().close(), bob.context().close()]);
  });

  test('200 messages a second: own words at once, a gift counted up, an invite accepted, frames as when idle', async (t) => {
    const room = 'busy';
    const page = await browser.join({ room, name: 'Wren' });
    // While the page is idle the crowd talks elsewhere: what the cluster and the crowd take of the machine counts against
    // both, and what is left between the two is what the page itself takes.
    let crowd = startCrowd(longwire.api, 'elsewhere', 200);
    const moveTo = async (place: string): Promise<void> => {
      await crowd.stop();
      crowd = startCrowd(longwire.api, place, 200);
    };
    const end = (): Promise<void> => moveTo('elsewhere');
    const begin = async (): Promise<void> => {
      const before = Number(await page.getByTestId('stats').getAttribute('data-messages'));
      await moveTo(room);
      const isBusy = async (): Promise<boolean> =>
        Number(await page.getByTestId('stats').getAttribute('data-messages')) > before + 200;
      await eventually(isBusy, { what: 'messages in the page' });
    };
    try {
      const rounds = await compareFrames(page, { begin, end });
      const told = rounds.map(({ idle, busy }) => `${idle.toFixed(3)} idle, ${busy.toFixed(3)} busy`).join('; ');
      t.diagnostic(`frames under ${SMOOTH_MS} ms: ${told}${isTelling(rounds) ? '' : '; not judged'}`);
      assert.ok(rounds.some(isSmooth) || !isTelling(rounds), told);
      const phone = await browser.join({ room, name: 'Kai', viewport: PHONE, ratio: 2 });

      const density = page.getByTestId('density');
      const isTold = async (): Promise<boolean> => Number(await density.getAttribute('data-rate')) > 60;
      await eventually(isTold, { what: 'how much comes in' });

      await browser.pose(page);
      await page.getByTestId('composer').fill('hello from the front row');
      assert.equal(await page.evaluate<number>(SAY_AND_LOOK), 1, 'own words are there in the same turn');
      await page.locator('[data-progress="sending"]').waitFor({ state: 'detached' });
      assert.equal(await page.locator('[data-progress="refused"]').count(), 0);

      await phone.evaluate(`for (const time of [1, 2, 3]) document.querySelector('[data-testid="gift-rose"]').click()`);
      await page.getByTestId('gift-card').and(page.locator('[data-count="3"]')).waitFor();

      await page.getByTestId('demo-pk').click();
      await page.getByTestId('pk-invite').waitFor();
      await browser.picture(page, 'live-room');
      await browser.picture(phone, 'live-room-phone');
      await page.getByTestId('pk-accept').click();
      const outcome = (each: Page): Promise<void> =>
        each.getByTestId('pk-outcome').filter({ hasText: 'Wren accepted the PK' }).waitFor();
      await Promise.all([page, phone].map(outcome));
      assert.equal(await page.getByTestId('pk-invite').count(), 0);
      await eventually(() => crowd.taken > 500, { what: 'a crowd' });
      assert.equal(await page.getByTestId('missed-count').count(), 0, 'nothing is missed');
      assert.ok(crowd.taken > crowd.refused, `${crowd.taken} taken, ${crowd.refused} refused`);
      await Promise.all([page.context().close(), phone.context().close()]);
    } finally {
      await crowd.stop();
    }
  });

  test('a streamer challenges another one and sees who acked, and the answer', async (t) => {
    const mei = await browser.join({ room: 'mei', name: 'Mei', view: 'streamer' });
    const ada = await browser.join({ room: 'ada', name: 'Ada', view: 'streamer' });
    let crowd: Crowd | undefined;
    t.after(() => crowd?.stop());
    await browser.pose(mei, () => (crowd = startCrowd(longwire.api, 'mei', 8)));
    await mei.getByTestId('pk-challenge').filter({ hasText: 'Ada' }).click();
    await mei.locator('[data-testid="sent-invite"][data-status="delivered"]').waitFor();
    await ada.getByTestId('pk-accept').click();
    await mei.locator('[data-testid="sent-invite"][data-answer="accepted"]').waitFor();

    await ada.getByTestId('pk-challenge').filter({ hasText: 'Mei' }).click();
    const sent = ada.getByTestId('sent-invite');
    await sent.and(ada.locator('[data-status="delivered"][data-acked="1"]')).waitFor();
    await sent.filter({ hasText: 'Acked by Mei' }).waitFor();

    await mei.getByTestId('pk-invite').filter({ hasText: 'Ada' }).waitFor();
    assert.match(await mei.getByTestId('pk-countdown').innerText(), /^(20|1?\d) s left$/);
    for (let count = 0; count < 5; count += 1) {
      await mei.keyboard.press('Tab');
      const isInside = await mei.evaluate<boolean>(FOCUS_INSIDE);
      assert.ok(isInside, 'focus stays with the question');
    }
    assert.deepEqual(await accessibilityFaults(mei), []);
    await browser.picture(mei, 'streamer-invite');
    await mei.getByTestId('pk-decline').focus();
    await mei.keyboard.press('Enter');
    await sent.and(ada.locator('[data-answer="declined"]')).waitFor();
    await ada.getByTestId('chat-item').filter({ hasText: 'Mei declined' }).first().waitFor();
    assert.deepEqual(await accessibilityFaults(ada), []);
    await Promise.all([mei.context().close(), ada.context().close()]);
  });

  test('nothing for axe to find in either language and layout; still pictures for who wants no motion', async () => {
    const outside = await browser.visit('');
    assert.deepEqual(await accessibilityFaults(outside), []);
    await outside.context().close();
    for (const viewport of [DESKTOP, PHONE]) {
      const page = await browser.join({ room: 'quiet', name: 'Cleo', viewport, isStill: viewport === PHONE });
      await page.getByTestId('composer').fill('good evening');
      await page.getByTestId('send-button').click();
      await page.getByTestId('gift-lantern').click();
      const isSeen = seenOn([page], 'zone-notice', 'global-notice', 'pk-invite');
      const isTold = page.getByTestId('announcements').filter({ hasText: 'challenges you' });
      const isHeard = isTold.waitFor({ state: 'attached' });
      for (const demo of ['zone', 'global', 'pk']) await page.getByTestId(`demo-${demo}`).click();
      await Promise.all([isSeen, isHeard]);
      assert.deepEqual(await accessibilityFaults(page), []);
      assert.equal(await page.getByTestId('barrage-canvas').count(), viewport === PHONE ? 0 : 1);
      await page.context().close();
    }
    const page = await browser.join({ room: 'quiet', name: 'Cleo' });
    await page.getByTestId('language-zh').click();
    await page.getByTestId('send-button').filter({ hasText: '发送' }).waitFor();
    assert.equal(await page.locator('html').getAttribute('lang'), 'zh');
    assert.deepEqual(await accessibilityFaults(page), []);
    await page.context().close();
  });

  test('no page had anything to complain of', () => assert.deepEqual(browser.faults, []));

  test('its access node is killed: the badge says so, no message is missing or out of order, and control hears of it', async () => {
    const page = await browser.join({ room: 'cut', name: 'Bo' });
    const detail = await page.getByTestId('link-detail').innerText();
    const seen = await watchBadge(page);
    const say = (n: number): Promise<unknown> =>
      eventually(() =>
        longwire.api.mustPush({ kind: 'room', roomId: 'cut' }, { cmd: 'DANMU_MSG', name: 'n', text: `#${n}` }),
      );
    for (let n = 1; n <= 10; n += 1) await say(n);
    await page.getByTestId('chat-item').filter({ hasText: '#10' }).waitFor();
    const killed = detail.split(' ')[0] ?? '';
    process.kill(longwire.pidOf(killed), 'SIGKILL');
    for (let n = 11; n <= 60; n += 1) await say(n);
    await eventually(async () => (await chatTexts(page)).includes('n #60'), { what: 'the last message' });
    const texts = (await chatTexts(page)).filter((text) => text.startsWith('n #'));
    assert.deepEqual(
      texts,
      Array.from({ length: 60 }, (_, index) => `n #${index + 1}`),
    );
    const states = await seen();
    assert.ok(states.includes('reconnecting'), states.join(' '));
    assert.equal(await page.getByTestId('missed-count').count(), 0);
    await page.locator('[data-testid="connection-badge"][data-state="live"]').waitFor();
    await eventually(async () => (await badRatioOf(killed)) > 0, {
      timeoutMs: 60_000,
      what: 'a report of the lost connection',
    });
    await page.context().close();
  });

  test('all access nodes are killed: the badge says so, and the viewer comes back by itself and can speak', async () => {
    const page = await browser.join({ room: 'dark', name: 'Cid' });
    const seen = await watchBadge(page);
    // One that was killed before may not have been started again yet.
    for (const node of ['access-1', 'access-2']) {
      await eventually(() => process.kill(longwire.pidOf(node), 'SIGKILL'), { what: `${node} to be killed` });
    }
    await eventually(async () => (await seen()).includes('reconnecting'), { what: 'the badge to say so' });
    await page.locator('[data-testid="connection-badge"][data-state="live"]').waitFor({ timeout: 60_000 });
    await page.getByTestId('composer').fill('back again');
    await page.getByTestId('send-button').click();
    await page.getByTestId('chat-item').filter({ hasText: 'back again' }).first().waitFor();
    await page.locator('[data-progress="sending"]').waitFor({ state: 'detached' });
    assert.equal(await page.locator('[data-progress="refused"]').count(), 0);
    await page.context().close();
  });

  test('then no page complained of anything but lines that were cut', () =>
    assert.deepEqual(
      browser.faults.filter((fault) => !CUT_LINE.test(fault)),
      [],
    ));
});
