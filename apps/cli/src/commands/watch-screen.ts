import type { Message } from '@longwire/client';
import { cell, fit } from '../output/fit.ts';
import { LiveScreen } from '../output/live-screen.ts';
import { count, rate, timeOfDay } from '../output/numbers.ts';
import type { Run } from '../run.ts';
import { messageText } from './message-text.ts';
import { RateMeter } from './rate-meter.ts';
import { changeText, stateText } from './watch-lines.ts';
import type { WatchChange, WatchView } from './watch-view.ts';

interface Row {
  readonly at: number;
  readonly cmd: string;
  readonly text: string;
}

/** As many as any terminal has lines. */
const MAX_ROWS = 500;
const REDRAW_MS = 100;
const CMD_COLUMNS = 16;
const STATE_STYLES = {
  live: 'green',
  connecting: 'yellow',
  reconnecting: 'yellow',
  offline: 'red',
  closed: 'red',
} as const;

/** The room in the whole terminal: how it goes on top, the newest messages below. Ten redraws a second at most. */
export function createScreenView(run: Run, roomId: string): WatchView {
  const screen = new LiveScreen(run.io.out);
  const model = new WatchModel(run, roomId);
  // Also without news: the rate falls when nothing comes.
  const timer = setInterval(() => void screen.draw(model.lines()), REDRAW_MS);
  return {
    onMessage: (message) => model.onMessage(message),
    onChange: (change) => model.onChange(change),
    close: () => {
      clearInterval(timer);
      screen.close();
    },
  };
}

/** What is on the screen. */
export class WatchModel {
  readonly #run: Run;
  readonly #roomId: string;
  readonly #rows: Row[] = [];
  readonly #meter = new RateMeter();
  #state: Extract<WatchChange, { type: 'state' }>['state'] = { kind: 'connecting' };
  #online: number | undefined;
  #messages = 0;
  #missed = 0;

  constructor(run: Run, roomId: string) {
    this.#run = run;
    this.#roomId = roomId;
  }

  onMessage(message: Message): void {
    this.#messages += 1;
    this.#meter.add(Date.now());
    this.#push({ at: Date.now(), ...messageText(message) });
  }

  onChange(change: WatchChange): void {
    if (change.type === 'state') this.#state = change.state;
    else if (change.type === 'online') this.#online = change.online;
    else this.#push({ at: Date.now(), cmd: `(${change.type})`, text: changeText(change) });
    if (change.type === 'gap') this.#missed += change.missed ?? 0;
  }

  /** All lines of the screen, from the top. */
  lines(): string[] {
    const { paint, io } = this.#run;
    const { rows } = io.out;
    // The last column stays free: a full line leaves cursors of terminals in different places.
    const columns = io.out.columns - 1;
    const shown = this.#rows.slice(-Math.max(1, rows - 3)).map(({ at, cmd, text }) => {
      const head = `${timeOfDay(at)}  `;
      const rest = fit(text, columns - head.length - CMD_COLUMNS - 1);
      return `${paint('dim', head)}${paint('cyan', cell(cmd, CMD_COLUMNS))} ${rest}`;
    });
    return [this.#headline(columns), paint('dim', '─'.repeat(columns)), ...shown];
  }

  #headline(columns: number): string {
    const { paint } = this.#run;
    const state = stateText(this.#state);
    const numbers = [
      `${this.#online === undefined ? '-' : count(this.#online)} online`,
      `${rate(this.#meter.perSec(Date.now()))} messages/s`,
      `${count(this.#messages)} seen`,
      `${count(this.#missed)} missed`,
    ].join('  ');
    const room = fit(`room ${this.#roomId}`, columns);
    const rest = fit(`  ● ${state}  ${numbers}`, columns - room.length);
    return paint('bold', room) + rest.replace(`● ${state}`, (badge) => paint(STATE_STYLES[this.#state.kind], badge));
  }

  #push(row: Row): void {
    this.#rows.push(row);
    if (this.#rows.length > MAX_ROWS) this.#rows.shift();
  }
}
