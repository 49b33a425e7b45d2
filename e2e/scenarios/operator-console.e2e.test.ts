import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { eventually } from '@longwire/testkit';
import { accessibilityFaults, chromiumSkipReason, findChromium } from '@longwire/testkit/servers';
import { encodeClientFrame } from '@longwire/wire';
import type { Page } from 'playwright-core';
import { enter, enterAll } from '../harness/audience.ts';
import { Longwire } from '../harness/launch.ts';
import { OperatorBrowser } from '../harness/operator-browser.ts';
import type { Viewer } from '../harness/viewer.ts';

const executablePath = await findChromium();
/** With PICTURES=docs the picture of the documentation is made anew, of a cluster that has more to do. */
const IS_FOR_DOCS = process.env['PICTURES'] === 'docs';
const CROWD = IS_FOR_DOCS ? 200 : 24;
const ROUNDS = IS_FOR_DOCS ? 200 : 5;
const PUSHES_A_ROUND = 12;
const ROOM = 'console-room';
/** Figures are read every second and told every few; a busy machine takes its time. */
const TOLD = 60_000;

describe(
  'the operator console, in a real browser against a cluster',
  { skip: executablePath === undefined && chromiumSkipReason },
  () => {
    let longwire: Longwire;
    let browser: OperatorBrowser;
    let page: Page;
    const viewers: Viewer[] = [];
    let beating: NodeJS.Timeout;

    before(async () => {
      longwire = await Longwire.launch({
        mode: 'cluster',
        env: { LONGWIRE_ACCESS_DRAIN_PERCENT_PER_SEC: '10', LONGWIRE_ACCESS_DRAIN_CLOSE_AFTER: '1s' },
      });
      browser = await OperatorBrowser.open(longwire.report.console);
      const crowd = Array.from({ length: CROWD }, (_, index) => ({
        deviceId: `d-${index}`,
        userId: `u-${index}`,
        roomId: ROOM,
        node: index % 2,
      }));
      viewers.push(...(await enterAll(longwire, crowd)));
      // The browser takes its time on a busy machine: who sends no heartbeat is gone before it comes to them.
      beating = setInterval(() => {
        for (const one of viewers) if (!one.isClosed) one.send(encodeClientFrame({ kind: 'heartbeat', seq: 0 }));
      }, 15_000);
      assert.equal((await longwire.api.service('PUT', `/v1/rooms/${ROOM}`, { zoneId: 'music' })).status, 200);
    });
    after(async () => {
      clearInterval(beating);
      await browser?.close();
      for (const viewer of viewers) viewer.close();
      const exit = await longwire?.stop();
      assert.equal(exit?.code, 0, exit?.stderr);
    });

    const viewer = (index: number): Viewer => {
      const found = viewers[index];
      assert.ok(found);
      return found;
    };
    const isSound = async (): Promise<void> => assert.deepEqual(await accessibilityFaults(page), [], page.url());

    test('a wrong key stays outside and is told so, the right one is let in', async () => {
      page = await browser.visit();
      await isSound();
      await page.getByTestId('api-key').fill('lwk_wrong');
      await page.getByTestId('sign-in').click();
      await page.getByTestId('sign-in-fault').filter({ hasText: 'not known' }).waitFor();
      assert.equal(await page.getByTestId('nav-overview').count(), 0);
      await page.getByTestId('api-key').fill(longwire.report.apiKey);
      await page.getByTestId('sign-in').click();
      await page.getByTestId('nav-overview').waitFor();
    });

    /** What a room says, a little each quarter of a second, and an invite to one of it. */
    async function chat(): Promise<void> {
      for (let round = 0; round < ROUNDS; round += 1) {
        const said = Array.from({ length: PUSHES_A_ROUND }, (_, index) =>
          longwire.api.mustPush(
            { kind: 'room', roomId: ROOM },
            { cmd: 'CROWD', name: `viewer ${index}`, text: `hello from the back row, round ${round}` },
          ),
        );
        const invited = { kind: 'user', userIds: [`u-${round % CROWD}`] } as const;
        await Promise.all([...said, longwire.api.mustPush(invited, { cmd: 'INVITE' })]);
        await new Promise<void>((resolve) => setTimeout(resolve, 250));
      }
    }

    test('the overview shows who is online, every process, and charts that fill', async () => {
      const total = page.getByTestId('stat-connections');
      await total.filter({ hasText: new RegExp(`^${CROWD}$`) }).waitFor({ timeout: TOLD });
      await chat();
      const processes = page.getByTestId('processes');
      for (const tier of ['access', 'dispatch', 'logic', 'service']) {
        await processes.getByText(`${tier}-1`, { exact: true }).waitFor({ timeout: TOLD });
      }
      await eventually(async () => assert.equal(await page.locator('.chart canvas').count(), 4), { timeoutMs: TOLD });
      if (IS_FOR_DOCS) await page.getByText('1 min', { exact: true }).click();
      await page.locator('.chart canvas').nth(3).waitFor();
      await browser.picture(page, 'console');
      await isSound();
    });

    /** Fills the push tool for a target and pushes. */
    async function push(kind: string, ids: string, cmd: string): Promise<void> {
      await browser.goTo(page, 'overview');
      await browser.goTo(page, 'push');
      await page.getByTestId('target-kind').getByText(kind, { exact: true }).click();
      if (ids !== '') await page.getByTestId('target-ids').fill(ids);
      await page.getByTestId('payload').fill(JSON.stringify({ cmd, long: 1 }));
      await page.getByTestId('push').click();
      if (kind === 'All') await page.getByTestId('confirm').click();
      await page.getByTestId('push-response').getByText('202', { exact: true }).waitFor();
    }
    /** Waits until the trace beside the push shows the stage. */
    const traced = (stage: string): Promise<void> =>
      page.locator(`[data-testid=timeline] [data-stage=${stage}]`).first().waitFor({ timeout: TOLD });

    for (const [kind, ids, stage] of [
      ['Users', 'u-0, u-1', 'acked'],
      ['Devices', 'd-0 d-1', 'acked'],
      ['Room', ROOM, 'written'],
      ['Zone', 'music', 'written'],
      ['All', '', 'written'],
    ] as const) {
      test(`a push to the target "${kind}" reaches its viewers, and its way is shown`, async () => {
        const cmd = `CONSOLE_${kind.toUpperCase()}`;
        await push(kind, ids, cmd);
        for (const index of [0, 1]) await viewer(index).untilReceived(cmd);
        const isPersonal = kind === 'Users' || kind === 'Devices';
        if (isPersonal) assert.deepEqual(viewer(2).received(cmd), []);
        else await viewer(2).untilReceived(cmd);
        await traced(stage);
        if (!isPersonal) return;
        const status = page.getByTestId('delivery-status');
        await status.and(page.locator('[data-status=delivered]')).waitFor({ timeout: TOLD });
        await status.getByText('2 / 2').waitFor();
        await isSound();
      });
    }

    test('a push that is not right is refused before it is sent, and says where it is wrong', async () => {
      await browser.goTo(page, 'overview');
      await browser.goTo(page, 'push?kind=room&ids=1000');
      await page.getByTestId('payload').fill('{"cmd":"X",\n}');
      await page.getByText('Not valid JSON at line 2').waitFor();
      await page.getByTestId('payload').fill('{"text":"no cmd"}');
      await page.getByText('The payload needs a string "cmd".').waitFor();
      await page.getByTestId('push').click();
      assert.equal(await page.getByTestId('push-response').count(), 0);
      await isSound();
    });

    test('the trace of an express message shows each stage from accepted to acked', async () => {
      const messageId = await longwire.api.mustPush({ kind: 'user', userIds: ['u-3'] }, { cmd: 'TRACED' });
      await browser.goTo(page, 'trace');
      await page.getByTestId('message-id').fill(messageId);
      await page.getByTestId('message-id').press('Enter');
      for (const stage of ['accepted', 'stored', 'taken', 'written', 'acked']) await traced(stage);
      await isSound();
      await browser.goTo(page, 'trace/nobody-knows-it');
      await page.getByText(/Nobody traced nobody-knows-it/).waitFor();
    });

    test('the rooms page names the room, its online count, zone and owner', async () => {
      await browser.goTo(page, 'rooms');
      await page.getByTestId('rooms').getByText(ROOM).click({ timeout: TOLD });
      await page
        .getByTestId('room-online')
        .filter({ hasText: String(CROWD) })
        .waitFor({ timeout: TOLD });
      const card = page.getByTestId('room-card');
      await card.getByText('music').waitFor();
      await card.getByText(/^dispatch-\d$/).waitFor({ timeout: TOLD });
      await isSound();
    });

    test('events are seen as they happen, and not while paused', async () => {
      await browser.goTo(page, 'events');
      await page.locator('[data-testid=feed-state][data-state=live]').waitFor();
      const rows = page.locator('[data-testid=feed] tbody tr');
      viewers.push(await enter(longwire, { userId: 'seen', deviceId: 'd-seen', roomId: ROOM, node: 1 }));
      await rows.filter({ hasText: 'd-seen' }).first().waitFor({ timeout: TOLD });
      await page.getByTestId('pause').click();
      viewers.push(await enter(longwire, { userId: 'late', deviceId: 'd-late', roomId: ROOM, node: 1 }));
      await page.getByText(/held back/).waitFor({ timeout: TOLD });
      assert.equal(await rows.filter({ hasText: 'd-late' }).count(), 0);
      await page.getByTestId('pause').click();
      await rows.filter({ hasText: 'd-late' }).first().waitFor();
      await isSound();
    });

    test('a user is found with device, node and room, and kicked for a reason', async () => {
      await browser.goTo(page, 'users');
      await page.getByTestId('user-id').fill('u-5');
      await page.getByTestId('user-id').press('Enter');
      const row = page.getByTestId('connections').locator('tbody tr');
      await row.filter({ hasText: 'd-5' }).filter({ hasText: 'access-2' }).filter({ hasText: ROOM }).waitFor();
      await isSound();
      await page.getByTestId('kick').click();
      await page.getByTestId('kick-reason').fill('spam in the chat');
      await isSound();
      await page.getByTestId('confirm').click();
      await page.getByTestId('toasts').getByText('u-5 is kicked: 1 connection being closed.').waitFor();
      const notice = await viewer(5).until<'closeNotice'>((frame) => frame.kind === 'closeNotice');
      assert.deepEqual([notice.retry, notice.reason], [false, 'spam in the chat']);
      await page.locator('[data-testid=presence][data-online=false]').waitFor({ timeout: TOLD });
    });

    test('a node is drained with its progress seen, is empty in the end, and is restored', async () => {
      await browser.goTo(page, 'nodes');
      await page.getByTestId('drain-access-1').click();
      await isSound();
      await page.getByTestId('confirm').click();
      await page.locator('[data-testid=state-access-1][data-state=draining]').waitFor();
      const bar = page.getByTestId('drain-progress-access-1').getByRole('progressbar');
      const seen = new Set<number>();
      await eventually(
        async () => {
          seen.add(Number(await bar.getAttribute('aria-valuenow')));
          assert.ok(seen.has(100));
        },
        { timeoutMs: TOLD },
      );
      assert.ok(
        [...seen].some((percent) => percent > 0 && percent < 100),
        `seen: ${[...seen].join(', ')}`,
      );
      const { body } = await longwire.api.control('GET', '/v1/nodes');
      assert.deepEqual(
        (body['nodes'] as { nodeId: string }[]).map(({ nodeId }) => nodeId),
        ['access-2'],
      );
      await isSound();
      await page.getByTestId('restore-access-1').click();
      await page.getByTestId('confirm').click();
      await page.locator('[data-testid=state-access-1][data-state=active]').waitFor();
    });

    test('a node is ejected and weighed; a refusal says why', async () => {
      await page.getByTestId('eject-access-1').click();
      await page.getByTestId('confirm').click();
      await page.locator('[data-testid=state-access-1][data-state=ejected]').waitFor();
      await page.getByTestId('eject-access-2').click();
      await page.getByText(/It is the last node/).waitFor();
      await page.keyboard.press('Escape');
      await page.getByTestId('restore-access-1').click();
      await page.getByTestId('confirm').click();
      await page.getByTestId('weight-access-2').click();
      await page.getByTestId('action-dialog').locator('input').fill('2');
      await page.getByTestId('confirm').click();
      await page.getByTestId('toasts').getByText('The weight of access-2 is 2.').waitFor();
    });

    test('a key is made, shown once, may do what its scopes say and no more, and ends when it is revoked', async () => {
      await browser.goTo(page, 'keys');
      await page.getByTestId('new-key').click();
      await page.getByTestId('key-name').fill('a reader');
      await page.getByTestId('confirm').click();
      const apiKey = (await page.getByTestId('new-api-key').textContent())?.trim() ?? '';
      assert.match(apiKey, /^lwk_/);
      await isSound();
      await page.getByTestId('key-copied').click();
      assert.ok(!(await page.content()).includes(apiKey));

      const reader = await browser.signIn(apiKey);
      await reader.getByTestId('stat-connections').waitFor();
      await browser.goTo(reader, 'nodes');
      await reader.getByText(/scope/i).first().waitFor();
      await page.getByRole('button', { name: 'Revoke a reader' }).click();
      await page.getByTestId('confirm').click();
      await page.getByTestId('toasts').getByText('a reader is revoked.').waitFor();
      await reader.getByText(/Your session has ended/).waitFor({ timeout: TOLD });
      await reader.context().close();
      await isSound();
    });

    test('signed out, nothing is left that could be gone on with', async () => {
      await page.getByTestId('sign-out').click();
      await page.getByTestId('api-key').waitFor();
      await page.reload();
      await page.getByTestId('api-key').waitFor();
    });

    test('no page wrote an error to the console of the browser, but what the browser says of refused calls', () => {
      const refused = /Failed to load resource: the server responded with a status of (401|403|404)/;
      assert.deepEqual(
        browser.faults.filter((fault) => !refused.test(fault)),
        [],
      );
    });
  },
);
