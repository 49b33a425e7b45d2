import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

const DOCS = fileURLToPath(new URL('../../infra/docs/images/', import.meta.url));

export const DESKTOP = { width: 1440, height: 900 };
export const PHONE = { width: 390, height: 844 };

/** A browser for pages of Longwire; keeps what they complain about. */
export class PageBrowser {
  readonly #browser: Browser;
  /** The documentation's own pictures are made anew only by who wants that. */
  readonly isForDocs = process.env['PICTURES'] === 'docs';
  /** Errors of all pages, in order. */
  readonly faults: string[] = [];

  constructor(browser: Browser) {
    this.#browser = browser;
  }

  /** A page of a profile of its own. */
  async open(url: string, options: BrowserContextOptions): Promise<Page> {
    const context = await this.#browser.newContext(options);
    const page = await context.newPage();
    page.on('console', (message) => {
      if (message.type() === 'error') this.faults.push(message.text());
    });
    page.on('pageerror', (error) => this.faults.push(error.message));
    await page.goto(url);
    return page;
  }

  /** Takes a picture for the documentation, when that is made anew. */
  async picture(page: Page, name: string): Promise<void> {
    if (!this.isForDocs) return;
    // What has just come is still fading in.
    await page.waitForTimeout(500);
    await page.screenshot({ path: join(DOCS, `${name}.png`) });
  }

  async close(): Promise<void> {
    await this.#browser.close();
  }
}
