import type { Browser, CDPSession, Page } from 'playwright-core';
import type { SendOutcome } from '@longwire/client';
import { chromiumSkipReason, findChromium } from '@longwire/testkit/servers';
import { launchChromium } from '../../harness/chromium.ts';
import { ClientPage } from '../../harness/client-page.ts';
import type { Seen } from '../../harness/seen.ts';
import type { Device, Platform, StartOptions } from './driver.ts';

/** Clients in headless Chromium: the built library in a page of its own profile, and so of its own process, each. */
export async function chromiumPlatform(name: string): Promise<Platform> {
  const isMissing = (await findChromium()) === undefined;
  return {
    name,
    skip: isMissing && chromiumSkipReason,
    open: async (desk) => {
      const served = await ClientPage.open(desk);
      const browser = await launchChromium();
      return {
        start: async (options) => startInChromium(browser, served.url, options),
        close: async () => {
          await browser.close();
          served.close();
        },
      };
    },
  };
}

async function startInChromium(browser: Browser, url: string, options: StartOptions): Promise<Device> {
  const { userId, rooms, skewMs = 0, isHasty = false } = options;
  const page = await browser.newPage();
  const devtools = await page.context().newCDPSession(page);
  await page.addInitScript(`{
    const now = Date.now;
    Date.now = () => now() + ${skewMs};
    if (${isHasty}) Math.random = () => 0;
  }`);
  const query = new URLSearchParams([['user', userId], ...rooms.map((roomId) => ['room', roomId])]);
  await page.goto(`${url}?${query.toString()}`);
  return deviceOf(page, devtools);
}

function deviceOf(page: Page, devtools: CDPSession): Device {
  return {
    seen: () => page.evaluate<Seen>('seen'),
    send: (data) => page.evaluate<SendOutcome>(`client.send(${JSON.stringify(data)})`),
    now: () => page.evaluate<number>('Date.now()'),
    setNetwork: (isOnline) => page.context().setOffline(!isOnline),
    // A page is only ever frozen when it is hidden, and a page under Playwright always counts as looked at. The
    // debugger holds more: no timer, no event, no promise goes on.
    sleep: async () => {
      await devtools.send('Debugger.enable');
      const paused = new Promise((resolve) => devtools.once('Debugger.paused', resolve));
      await devtools.send('Debugger.pause');
      await paused;
    },
    // The event of a page that is seen again after a sleep.
    wake: async () => {
      await devtools.send('Debugger.resume');
      await devtools.send('Debugger.disable');
      await page.evaluate(`document.dispatchEvent(new Event('visibilitychange'))`);
    },
    heapBytes: async () => {
      await devtools.send('HeapProfiler.collectGarbage');
      const { usedSize, embedderHeapUsedSize, backingStorageSize } = await devtools.send('Runtime.getHeapUsage');
      return usedSize + embedderHeapUsedSize + backingStorageSize;
    },
    stop: async () => {
      await devtools.send('Debugger.disable');
      await page.evaluate('client.close()');
      await page.evaluate('client.closed');
      await page.context().close();
    },
  };
}
