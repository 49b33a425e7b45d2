import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { eventually } from '@longwire/testkit';
import { accessibilityFaults, chromiumSkipReason, findChromium } from '@longwire/testkit/servers';
import { API_KEY, openOperatorBrowser } from './operator-browser.ts';
import type { OperatorBrowser } from './operator-browser.ts';

const executablePath = await findChromium();

/** Each page, and what is there once it has loaded. */
const PAGES = [
  ['#/overview', 'processes'],
  ['#/nodes', 'nodes'],
  ['#/rooms/1000', 'room-online'],
  ['#/users/42', 'connections'],
  ['#/push?kind=user&ids=42', 'payload'],
  ['#/trace/m-1', 'timeline'],
  ['#/events', 'feed-state'],
  ['#/keys', 'keys'],
] as const;

describe(
  'the operator console in a browser, before 300 nodes and 500 processes',
  { skip: executablePath === undefined && chromiumSkipReason },
  () => {
    let opened: OperatorBrowser;
    before(async () => {
      opened = await openOperatorBrowser(executablePath ?? '');
    });
    after(() => opened?.[Symbol.asyncDispose]());

    for (const [what, options] of [
      ['light, English, desktop', { colorScheme: 'light' }],
      ['dark, Chinese, phone', { colorScheme: 'dark', locale: 'zh-CN', viewport: { width: 390, height: 844 } }],
    ] as const) {
      test(`every page is without fault for axe and fits its window: ${what}`, async () => {
        const signIn = await opened.open(options);
        assert.deepEqual(await accessibilityFaults(signIn), []);
        await signIn.context().close();
        const page = await opened.signIn(options);
        for (const [hash, testId] of PAGES) {
          await page.goto(opened.url + hash);
          await page.getByTestId(testId).waitFor();
          assert.deepEqual(await accessibilityFaults(page), [], hash);
          const overhang = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
          assert.ok(overhang <= 0, `${hash} is ${overhang} px too wide`);
        }
        await page.getByTestId('new-key').click();
        assert.deepEqual(await accessibilityFaults(page), [], 'a dialog');
        await page.context().close();
      });
    }

    test('the key is nowhere in the browser: not in storage, not in the address, not readable as a cookie', async () => {
      const page = await opened.signIn();
      const kept = await page.evaluate<string>(
        'JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, location.href])',
      );
      assert.doesNotMatch(kept, /secret|longwire-operator/);
      const [cookie] = await page.context().cookies(`${opened.url.replace('/console/', '')}/api/operator/session`);
      assert.deepEqual([cookie?.httpOnly, cookie?.sameSite], [true, 'Strict']);
      assert.ok(!cookie?.value.includes(API_KEY));
      await page.context().close();
    });

    test('300 nodes are read page by page, found by filter, and sorted by load', async () => {
      const page = await opened.signIn();
      await page.goto(`${opened.url}#/nodes`);
      const rows = page.locator('[data-testid=nodes] tbody tr');
      await eventually(async () => assert.equal(await rows.count(), 25));
      await page.getByPlaceholder(/Filter/).fill('access-17');
      await eventually(async () => assert.equal(await rows.count(), 11));
      await page.getByPlaceholder(/Filter/).fill('nowhere');
      await page.getByRole('button', { name: 'Clear the filter' }).click();
      await page.getByRole('button', { name: 'Connections' }).click();
      const most = Math.max(...opened.cluster.nodes.map(({ load }) => load.connections));
      await rows
        .first()
        .filter({ hasText: new Intl.NumberFormat('en-US').format(most) })
        .waitFor();
      await page.goto(`${opened.url}#/overview`);
      await eventually(async () => assert.equal(await page.locator('[data-testid=processes] tbody tr').count(), 10));
      await page.getByText('1 to 10 of 500').waitFor();
      await page.context().close();
    });

    test('a tier that is away is named on its page, with what was known last; the other pages go on', async () => {
      const page = await opened.signIn();
      await page.getByTestId('stat-connections').waitFor();
      opened.cluster.setAway('service', true);
      await page.getByText('service does not answer').first().waitFor();
      assert.ok(await page.getByTestId('stat-connections').isVisible());
      await page
        .getByText(/Last known at/)
        .first()
        .waitFor();
      await page.getByTestId('nav-nodes').click();
      await page.getByTestId('nodes').waitFor();
      assert.equal(await page.getByTestId('fault-note').count(), 0);
      opened.cluster.setAway('service', false);
      await page.getByTestId('nav-overview').click();
      await page.getByTestId('stat-connections').waitFor();
      await eventually(async () => assert.equal(await page.getByTestId('fault-note').count(), 0));
      await page.context().close();
    });

    test('by keyboard alone: sign in, go to the nodes, drain one, and change one’s mind', async () => {
      const page = await opened.open();
      // The browser focuses the field after it has drawn it.
      await page.locator('[data-testid=api-key]:focus').waitFor();
      await page.keyboard.type(API_KEY);
      await page.keyboard.press('Enter');
      await page.getByTestId('nav-nodes').waitFor();
      await page.getByTestId('nav-nodes').press('Enter');
      const drain = page.getByTestId('drain-access-2');
      await drain.press('Enter');
      await page.getByTestId('action-dialog').waitFor();
      await page.keyboard.press('Escape');
      await page.getByTestId('action-dialog').waitFor({ state: 'detached' });
      await page.locator('[data-testid=drain-access-2]:focus').waitFor();
      assert.equal(opened.cluster.nodes[1]?.state, 'active');
      await page.context().close();
    });

    test('a drain shows how far it is, and a refusal its reason', async () => {
      const page = await opened.signIn();
      await page.goto(`${opened.url}#/nodes`);
      await page.getByTestId('drain-access-3').click();
      await page.getByTestId('confirm').click();
      const bar = page.getByTestId('drain-progress-access-3').getByRole('progressbar');
      const progress = async (): Promise<number> => Number(await bar.getAttribute('aria-valuenow'));
      await bar.waitFor();
      const first = await progress();
      await eventually(async () => assert.ok((await progress()) > first));
      await page.getByTestId('eject-access-1').click();
      const node = opened.cluster.nodes.shift();
      assert.ok(node?.nodeId === 'access-1');
      await page.getByTestId('confirm').click();
      await page.getByText('There is no access-1').waitFor();
      opened.cluster.nodes.unshift(node);
      await page.context().close();
    });

    test('the feed of events goes on after a cut where it was, pauses, and shows each event once', async () => {
      const page = await opened.signIn();
      await page.goto(`${opened.url}#/events`);
      const live = page.locator('[data-testid=feed-state][data-state=live]');
      const rows = page.locator('[data-testid=feed] tbody tr');
      const emit = (id: number): void =>
        opened.fake.emit(
          `id: ${id}-1\ndata: {"type":"room.enter","eventId":"e${id}","roomId":"1000","userId":"u${id}","deviceId":"d","at":1}\n\n`,
        );
      await live.waitFor();
      emit(1);
      await rows.filter({ hasText: 'u1' }).waitFor();
      opened.fake.opened.length = 0;
      opened.fake.cut();
      // The backend of the live room reads events too, and is cut as well: only the stream of the page is waited for.
      const isBack = (): boolean =>
        opened.fake.opened.some(({ types, lastEventId }) => types.includes('room.enter') && lastEventId === '1-1');
      await eventually(isBack);
      emit(1);
      emit(2);
      await rows.filter({ hasText: 'u2' }).waitFor();
      assert.equal(await rows.count(), 2);
      await page.getByTestId('pause').click();
      emit(3);
      await page.getByText('1 held back').waitFor();
      assert.equal(await rows.count(), 2);
      await page.getByTestId('pause').click();
      await rows.filter({ hasText: 'u3' }).waitFor();
      await page.context().close();
    });

    test('who is signed out elsewhere is asked to sign in again, and told why', async () => {
      const page = await opened.signIn();
      opened.fake.answer(() => ({ status: 401, body: { code: 'unknown-api-key', detail: 'revoked' } }));
      await page.getByText(/Your session has ended/).waitFor();
      opened.fake.answer((call) => opened.cluster.answer(call));
      await page.context().close();
    });

    test('no page wrote an error to the console of the browser, but what the browser says of refused calls', () => {
      assert.deepEqual(
        opened.faults.filter(
          (fault) => !/Failed to load resource: the server responded with a status of (401|404|503)/.test(fault),
        ),
        [],
      );
    });
  },
);
