import assert from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';
import { eventually } from '@longwire/testkit';
import type { ConnectAnswer } from '../../harness/api.ts';
import { openLinks, through } from '../../harness/faulty-link.ts';
import { Longwire } from '../../harness/launch.ts';
import { TicketDesk } from '../../harness/ticket-desk.ts';
import type { Driver, Platform, StartOptions } from './driver.ts';
import { Person } from './person.ts';

/** Short, so that a story can wait for it; what a device's clock says of it is another matter. */
export const TOKEN_TTL_MS = 10_000;
const HEARTBEAT_MS = 1_000;
const TAKEN_WITHIN_MS = 30_000;

/** Where the stories play: one cluster, with clients on all platforms. */
export class Stage {
  readonly longwire: Longwire;
  readonly desk: TicketDesk;
  readonly #drivers = new Map<string, Driver>();
  #people = 0;

  private constructor(longwire: Longwire) {
    this.longwire = longwire;
    this.desk = new TicketDesk(longwire.api);
  }

  static async open(platforms: readonly Platform[]): Promise<Stage> {
    const env = { LONGWIRE_CONTROL_TOKEN_TTL: `${TOKEN_TTL_MS}ms` };
    const stage = new Stage(await Longwire.launch({ mode: 'cluster', env }));
    for (const { name, skip, open } of platforms) {
      if (skip === false) stage.#drivers.set(name, await open(stage.desk));
    }
    return stage;
  }

  async close(): Promise<void> {
    for (const driver of this.#drivers.values()) await driver.close();
    const exit = await this.longwire.stop();
    assert.equal(exit.code, 0, exit.stderr);
  }

  /** Somebody new who watches a room of their own, over links of their own to every node; not live yet. */
  async start(platform: Platform, options: PersonOptions = {}): Promise<Person> {
    const driver = this.#drivers.get(platform.name);
    assert.ok(driver !== undefined);
    this.#people += 1;
    const userId = `person-${this.#people}`;
    const { rooms = [], ticket = (answer: ConnectAnswer) => answer, ...start } = options;
    const links = await openLinks(this.longwire);
    const throughLinks = through(links);
    this.desk.change(userId, (answer) => ticket({ ...throughLinks(answer), heartbeatMs: HEARTBEAT_MS }));
    const roomId = `room-of-${userId}`;
    const device = await driver.start({ ...start, userId, rooms: [roomId, ...rooms] });
    return new Person({ userId, roomId, device, links: [...links.values()] });
  }

  /** Says numbered things in the person's room, each accepted. */
  async say({ roomId }: Person, cmd: string, count: number): Promise<void> {
    for (let n = 1; n <= count; n += 1) await this.#sayOne(roomId, { cmd, n });
  }

  /**
   * Goes on saying numbered things until they leave or it is told to stop, which resolves with how many there were. At
   * most 25 a second, so that who is away for some seconds has missed less than the 500 that a room keeps.
   */
  talk(person: Person, cmd: string): { stop: () => Promise<number> } {
    let isOver = false;
    const talking = (async () => {
      let count = 0;
      while (!isOver && !person.hasLeft) {
        count += 1;
        await this.#sayOne(person.roomId, { cmd, n: count });
        await setTimeout(40);
      }
      return count;
    })();
    return {
      stop: () => {
        isOver = true;
        return talking;
      },
    };
  }

  /** Pushes an express message to the person; resolves with its id. */
  invite({ userId }: Person): Promise<string> {
    return this.longwire.api.mustPush({ kind: 'user', userIds: [userId] }, { cmd: 'INVITE' });
  }

  /** Resolves when the person's client has acked it. */
  async untilAcked(messageId: string): Promise<void> {
    await eventually(
      async () => (await this.longwire.api.service('GET', `/v1/messages/${messageId}`)).body['status'] === 'delivered',
      { what: 'the ack', timeoutMs: TAKEN_WITHIN_MS, everyMs: 50 },
    );
  }

  async #sayOne(roomId: string, payload: object): Promise<void> {
    await eventually(() => this.longwire.api.mustPush({ kind: 'room', roomId }, payload), {
      what: 'the push',
      timeoutMs: TAKEN_WITHIN_MS,
      everyMs: 50,
    });
  }
}

export interface PersonOptions extends Omit<StartOptions, 'userId' | 'rooms'> {
  /** Beside the person's own. */
  readonly rooms?: readonly string[];
  /** Changes their tickets, whose nodes are behind their links. */
  readonly ticket?: (answer: ConnectAnswer) => ConnectAnswer;
}
