import assert from 'node:assert/strict';
import { eventually } from '@longwire/testkit';
import type { FaultyLink } from '../../harness/faulty-link.ts';
import type { Seen } from '../../harness/seen.ts';
import type { Device } from './driver.ts';

export interface PersonParts {
  readonly userId: string;
  readonly roomId: string;
  readonly device: Device;
  readonly links: readonly FaultyLink[];
}

const WITHIN_MS = 30_000;

/** Somebody with a client under test, and what a story does to their link and asks of their client. */
export class Person {
  readonly userId: string;
  readonly roomId: string;
  readonly device: Device;
  hasLeft = false;
  readonly #links: readonly FaultyLink[];

  constructor({ userId, roomId, device, links }: PersonParts) {
    this.userId = userId;
    this.roomId = roomId;
    this.device = device;
    this.#links = links;
  }

  /** Resets the connection; the next one passes. */
  cut(): void {
    for (const link of this.#links) link.cut();
  }

  /** Nothing passes any more on the connection, and nobody is told; the next one passes. */
  goSilent(): void {
    for (const link of this.#links) link.goSilent();
  }

  /** Resets the connection, and each new one until {@link bringUp}. */
  takeDown(): void {
    for (const link of this.#links) link.takeDown();
  }

  bringUp(): void {
    for (const link of this.#links) link.bringUp();
  }

  /** How many connections to nodes there are. */
  get connections(): number {
    return this.#links.reduce((sum, link) => sum + link.connections, 0);
  }

  async until(what: string, check: (seen: Seen) => boolean): Promise<void> {
    const look = async (): Promise<void> => {
      const seen = await this.device.seen();
      assert.ok(check(seen), JSON.stringify({ ...seen, said: seen.said.map(({ cmd, n }) => [cmd, n]) }));
    };
    await eventually(look, { what, timeoutMs: WITHIN_MS, everyMs: 50 });
  }

  /** In the room: what is said from now on is not missed. */
  untilJoined(): Promise<void> {
    return this.until('joined', ({ online }) => online.some(({ roomId }) => roomId === this.roomId));
  }

  /** Live for the `times`th time. */
  async untilLive(times = 1): Promise<void> {
    const isLive = ({ states }: Seen): boolean => states.at(-1)?.kind === 'live' && timesLive(states) >= times;
    await this.until(`live ${times} times`, isLive);
  }

  /** The node the client is live at. */
  async nodeId(): Promise<string> {
    const state = (await this.device.seen()).states.at(-1);
    assert.ok(state?.kind === 'live', JSON.stringify(state));
    return state.nodeId;
  }

  async untilSaid(cmd: string, count: number): Promise<void> {
    await this.until(`${count} ${cmd}`, (seen) => numbersOf(seen, cmd).length >= count);
  }

  /** All that was said, in order, each once, and no gap was told: what is missed here is younger than what rooms keep. */
  async assertWhole(cmd: string, count: number): Promise<void> {
    const seen = await this.device.seen();
    assert.deepEqual(
      numbersOf(seen, cmd),
      Array.from({ length: count }, (_, index) => index + 1),
    );
    assert.deepEqual(
      seen.gaps.filter(({ roomId }) => roomId === this.roomId),
      [],
    );
  }

  async countOf(cmd: string): Promise<number> {
    return numbersOf(await this.device.seen(), cmd).length;
  }

  async leave(): Promise<void> {
    this.hasLeft = true;
    await this.device.stop();
    for (const link of this.#links) link.close();
  }
}

function numbersOf({ said }: Seen, cmd: string): number[] {
  return said.filter((payload) => payload['cmd'] === cmd).map((payload) => Number(payload['n']));
}

function timesLive(states: Seen['states']): number {
  return states.filter(({ kind }) => kind === 'live').length;
}
