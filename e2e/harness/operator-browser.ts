import type { Page } from 'playwright-core';
import { launchChromium } from './chromium.ts';
import { DESKTOP, PageBrowser } from './page-browser.ts';

/** A browser on the operator console of one Longwire. */
export class OperatorBrowser {
  readonly #browser: PageBrowser;
  readonly #url: string;

  private constructor(browser: PageBrowser, consoleUrl: string) {
    this.#browser = browser;
    this.#url = `${consoleUrl}/console/`;
  }

  static async open(consoleUrl: string): Promise<OperatorBrowser> {
    return new OperatorBrowser(new PageBrowser(await launchChromium()), consoleUrl);
  }

  /** Errors of all pages, in order. */
  get faults(): readonly string[] {
    return this.#browser.faults;
  }

  /** The sign-in of a browser profile of its own. */
  async visit(): Promise<Page> {
    const page = await this.#browser.open(this.#url, { viewport: DESKTOP, locale: 'en-US' });
    await page.getByTestId('api-key').waitFor();
    return page;
  }

  /** A page that is signed in with the key. */
  async signIn(apiKey: string): Promise<Page> {
    const page = await this.visit();
    await page.getByTestId('api-key').fill(apiKey);
    await page.getByTestId('sign-in').click();
    await page.getByTestId('nav-overview').waitFor();
    return page;
  }

  /** Leads to a place in the console: `nodes`, `rooms/1000`. */
  async goTo(page: Page, place: string): Promise<void> {
    await page.goto(`${this.#url}#/${place}`);
  }

  async picture(page: Page, name: string): Promise<void> {
    await this.#browser.picture(page, name);
  }

  async close(): Promise<void> {
    await this.#browser.close();
  }
}
