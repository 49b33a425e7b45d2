import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from '@longwire/testkit';
import { GoodClient } from '../../harness/good-client.ts';
import type { LossyNetwork } from '../../harness/good-client/client-line.ts';
import { SharedDecoder } from '../../harness/good-client/shared-decoder.ts';
import type { ClientRecord, History, Membership } from '../history/history.ts';
import type { Random } from '../seeded-random.ts';
import type { Business } from './business.ts';

export interface FleetSpec {
  readonly userId: string | undefined;
  readonly deviceId: string;
  readonly rooms: readonly string[];
}

export interface FleetOptions {
  readonly history: History;
  readonly business: Business;
  readonly random: Random;
  /** Ms since the history's beginning. */
  readonly now: () => number;
  /** Share of frames that the clients' network loses, each way; default 0. */
  readonly lossRatio?: number;
}

export interface FleetMember {
  readonly spec: FleetSpec;
  readonly client: GoodClient;
  readonly record: ClientRecord;
}

const PROTOVERS = [3, 2, 0, 3, 3] as const;
const START_EVERY_MS = 10;
const STARTS_PER_SEC = 400;

/** Good clients by the thousand, and the record of all that they saw. */
export class Fleet {
  readonly members: FleetMember[] = [];
  /** Times when a client began to open a connection, ms since the history's beginning. */
  readonly dialsMs: number[] = [];
  readonly stoppedCodes: number[] = [];
  /** Of op 23: how often a server said that it has what was missed, or not. */
  gaps = 0;
  readonly #options: FleetOptions;
  readonly #decoder = new SharedDecoder();
  readonly #network: LossyNetwork;

  constructor(options: FleetOptions) {
    this.#options = options;
    this.#network = { lossRatio: options.lossRatio ?? 0, random: options.random };
  }

  /** Adds clients, some a second; resolves when all are in and in their rooms. */
  async enter(specs: readonly FleetSpec[], timeoutMs = 60_000): Promise<void> {
    for (const [index, spec] of specs.entries()) {
      this.#add(spec);
      if (index % Math.ceil((STARTS_PER_SEC * START_EVERY_MS) / 1000) === 0) await delay(START_EVERY_MS);
    }
    await this.untilAllIn(timeoutMs);
  }

  get inside(): number {
    return this.members.filter(({ client }) => client.isIn).length;
  }

  /** Copies of express messages that clients got and dropped. */
  get copies(): number {
    return this.members.reduce((sum, { client }) => sum + client.copies, 0);
  }

  /** Resolves when every client is in, and has been in each of its rooms. */
  async untilAllIn(timeoutMs: number): Promise<void> {
    await eventually(
      () => {
        const missing = this.members.filter(
          ({ client, record, spec }) => !client.isIn || record.memberships.length < spec.rooms.length,
        );
        if (missing.length > 0) throw new Error(`${missing.length} clients are not in`);
      },
      { timeoutMs, everyMs: 20, what: 'every client in' },
    );
  }

  /** Ends every client's connection, as the user of an app does who closes it. */
  stop(): void {
    for (const { client } of this.members) client.stop();
    for (const { record } of this.members) endStay(record, this.#options.now());
  }

  #add(spec: FleetSpec): void {
    const { history, business, random, now } = this.#options;
    const { userId, deviceId, rooms } = spec;
    const record = history.addClient({ userId, deviceId });
    const index = this.members.length;
    const client = new GoodClient({
      rooms,
      over: index % 4 === 0 ? 'ws' : 'tcp',
      protover: PROTOVERS[index % PROTOVERS.length] ?? 3,
      network: this.#network,
      random,
      decoder: this.#decoder,
      connect: () => business.connect({ deviceId, ...(userId === undefined ? {} : { userId }) }),
      events: {
        onDial: () => this.dialsMs.push(now()),
        onEntered: (nodeId) => {
          record.stays.push({ fromMs: now(), untilMs: Infinity, nodeId });
        },
        onLeft: () => endStay(record, now()),
        onJoined: (roomId) => record.memberships.push(member(roomId, now())),
        onMessage: ({ payload }, position) => {
          const push = Number(payload['n']);
          history.addSighting(record, push, { atMs: now(), ...(position === undefined ? {} : { position }) });
        },
        onGap: (roomId, { after, upTo }) => {
          this.gaps += 1;
          record.gaps.push({ roomId, after, upTo, fromMs: lastSeenMs(record), toMs: now() });
        },
        onStopped: (code) => this.stoppedCodes.push(code),
      },
    });
    this.members.push({ spec, client, record });
    client.start();
  }
}

const member = (roomId: string, fromMs: number): Membership => ({ roomId, fromMs, untilMs: Infinity });

function endStay({ stays }: ClientRecord, atMs: number): void {
  const last = stays.at(-1);
  if (last !== undefined) last.untilMs = Math.min(last.untilMs, atMs);
}

function lastSeenMs({ seen }: ClientRecord): number {
  return seen.size === 0 ? 0 : seen.atMsAt(seen.size - 1);
}
