import type { Page } from 'playwright-core';
import { launchChromium } from './chromium.ts';
import { DESKTOP, PageBrowser } from './page-browser.ts';

export interface JoinOptions {
  readonly room: string;
  readonly name: string;
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly view?: 'viewer' | 'streamer';
  readonly isStill?: boolean;
  /** Device pixels per CSS pixel. */
  readonly ratio?: number;
}

/** A browser whose pages show the live room of one Longwire. */
export class RoomBrowser {
  readonly #browser: PageBrowser;
  readonly #url: string;

  private constructor(browser: PageBrowser, url: string) {
    this.#browser = browser;
    this.#url = url;
  }

  static async open(url: string): Promise<RoomBrowser> {
    return new RoomBrowser(new PageBrowser(await launchChromium()), url);
  }

  /** Errors of all pages, in order. */
  get faults(): readonly string[] {
    return this.#browser.faults;
  }

  /** A page of its own profile at an address of the console. */
  async visit(query: string, options: Pick<JoinOptions, 'viewport' | 'isStill' | 'ratio'> = {}): Promise<Page> {
    const { viewport = DESKTOP, isStill = false, ratio = 1 } = options;
    return this.#browser.open(`${this.#url}/${query}`, {
      viewport,
      deviceScaleFactor: ratio,
      reducedMotion: isStill ? 'reduce' : 'no-preference',
    });
  }

  /** A page that is in the room and live. */
  async join({ room, name, view = 'viewer', ...options }: JoinOptions): Promise<Page> {
    const params = new URLSearchParams({ room, name, autojoin: '1', ...(view === 'streamer' && { view }) });
    const page = await this.visit(`?${params.toString()}`, options);
    await page.locator('[data-testid="connection-badge"][data-state="live"]').waitFor();
    return page;
  }

  /** A picture for the documentation shows a room that has been going on for a while: only then `talk` is begun. */
  async pose(page: Page, talk: () => void = () => undefined): Promise<void> {
    if (!this.#browser.isForDocs) return;
    talk();
    await page.waitForTimeout(12_000);
  }

  async picture(page: Page, name: string): Promise<void> {
    await this.#browser.picture(page, name);
  }

  async close(): Promise<void> {
    await this.#browser.close();
  }
}

const WATCH_BADGE = `{
  const seen = (globalThis.seenStates = []);
  const note = () => {
    const state = document.querySelector('[data-testid="connection-badge"]')?.getAttribute('data-state') ?? 'none';
    if (seen.at(-1) !== state) seen.push(state);
  };
  note();
  new MutationObserver(note).observe(document.body, { subtree: true, childList: true, attributes: true });
}`;

/** Every state that the connection badge of a page shows from now on. */
export async function watchBadge(page: Page): Promise<() => Promise<string[]>> {
  await page.evaluate(WATCH_BADGE);
  return () => page.evaluate<string[]>('globalThis.seenStates');
}
