import { chromium } from 'playwright-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { createHealth, createMetricsRegistry, createSilentLogger, loadConfig, systemClock } from '@longwire/runtime';
import { CHROMIUM_FLAGS } from '@longwire/testkit/servers';
import { createConsoleApp } from '../src/app.ts';
import { consoleConfig } from '../src/config.ts';
import { startFakeLongwire } from './fake-longwire.ts';
import type { FakeLongwire } from './fake-longwire.ts';
import { createOperatorCluster } from './operator-cluster.ts';
import type { OperatorCluster } from './operator-cluster.ts';

export const API_KEY = 'lwk_0123456789ab_secret';

/** The console of a cluster of 300 nodes and 500 processes, and a browser to look at it with. */
export interface OperatorBrowser extends AsyncDisposable {
  readonly url: string;
  readonly fake: FakeLongwire;
  readonly cluster: OperatorCluster;
  /** What any page wrote to its console as an error, or threw. */
  readonly faults: string[];
  /** Opens the console, not signed in. */
  open(options?: BrowserContextOptions): Promise<Page>;
  /** Opens it and signs in. */
  signIn(options?: BrowserContextOptions): Promise<Page>;
}

export async function openOperatorBrowser(executablePath: string): Promise<OperatorBrowser> {
  const fake = await startFakeLongwire();
  const cluster = createOperatorCluster({ apiKey: API_KEY, nodes: 300, processes: 500 });
  fake.answer((call) => cluster.answer(call));
  const config = loadConfig(consoleConfig, {
    LONGWIRE_CONSOLE_PORT: '0',
    LONGWIRE_API_KEY: API_KEY,
    LONGWIRE_CONSOLE_CONTROL_URL: fake.url,
    LONGWIRE_CONSOLE_SERVICE_URL: fake.url,
  });
  const base = { logger: createSilentLogger(), metrics: createMetricsRegistry(), health: createHealth() };
  const app = createConsoleApp(config, { ...base, clock: systemClock(), nodeName: 'console-1' });
  await app.start(new AbortController().signal);
  const browser: Browser = await chromium.launch({ executablePath, args: [...CHROMIUM_FLAGS] });
  const url = `${app.describe().console}/console/`;
  const faults: string[] = [];

  const open = async (options: BrowserContextOptions = {}): Promise<Page> => {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-US', ...options });
    const page = await context.newPage();
    page.on('console', (message) => {
      if (message.type() === 'error') faults.push(message.text());
    });
    page.on('pageerror', (error) => faults.push(error.message));
    await page.goto(url);
    await page.getByTestId('api-key').waitFor();
    return page;
  };
  return {
    url,
    fake,
    cluster,
    faults,
    open,
    async signIn(options) {
      const page = await open(options);
      await page.getByTestId('api-key').fill(API_KEY);
      await page.getByTestId('sign-in').click();
      await page.getByTestId('nav-overview').waitFor();
      return page;
    },
    async [Symbol.asyncDispose]() {
      await browser.close();
      await app.stop();
      await fake[Symbol.asyncDispose]();
    },
  };
}
