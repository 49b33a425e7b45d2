import type { Output } from '../io.ts';

const ESC = '\u001b[';
const ENTER = `${ESC}?1049h${ESC}?25l`;
const LEAVE = `${ESC}?25h${ESC}?1049l`;

/**
 * The whole terminal, drawn anew in one write and without clearing it first, so that nothing flickers. What was there
 * before comes back at the end.
 */
export class LiveScreen {
  readonly #out: Output;
  #isOpen = false;
  #last = '';
  readonly #leave = (): void => this.close();

  constructor(out: Output) {
    this.#out = out;
  }

  /** Draws the lines from the top; each is as wide as the terminal at most. */
  async draw(lines: readonly string[]): Promise<void> {
    const text = lines
      .slice(0, this.#out.rows)
      .map((line) => `${line}${ESC}K`)
      .join('\r\n');
    if (text === this.#last) return;
    this.#last = text;
    // 2026: terminals that know it show all of it at once.
    await this.#out.write(`${this.#open()}${ESC}?2026h${ESC}H${text}${ESC}J${ESC}?2026l`);
  }

  #open(): string {
    if (this.#isOpen) return '';
    this.#isOpen = true;
    // Also when something throws: a terminal without a cursor is no place to be.
    process.once('exit', this.#leave);
    return ENTER;
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    process.off('exit', this.#leave);
    void this.#out.write(LEAVE);
  }
}
