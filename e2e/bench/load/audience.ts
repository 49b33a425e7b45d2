import type { Schedule } from '../core/schedule.ts';
import { createAuthFrames } from './auth-frames.ts';
import { ConnectRun } from './connect-run.ts';
import type { ConnectListener } from './connect-run.ts';
import type { Dialect } from './dialect.ts';
import { createAudienceDialect } from './dialects.ts';
import type { Ledger } from './ledger.ts';
import { LoadConnection } from './load-connection.ts';
import { localAddressOf } from './local-addresses.ts';
import type { AudienceReport, AudienceSpec, ConnectReport } from './orders.ts';

const BEATS_PER_SEC = 10;

/** Many connections of one kind in this process, and what they received. */
export class Audience {
  readonly #spec: AudienceSpec;
  readonly #connections: LoadConnection[] = [];
  readonly #dialect: Dialect;
  readonly #ledger: Ledger;
  #auths: readonly Uint8Array[] = [];
  #lost = 0;
  #beat: NodeJS.Timeout | undefined;
  #nextBeat = 0;

  constructor(spec: AudienceSpec) {
    this.#spec = spec;
    const authOf = (index: number): Uint8Array => this.#auths[index - spec.first] ?? new Uint8Array(0);
    const { dialect, ledger } = createAudienceDialect(spec, authOf);
    this.#dialect = dialect;
    this.#ledger = ledger;
  }

  /**
   * Connects all, so many at a time. An attempt that fails is made twice more before it counts as failed. Resolves when
   * each is ready or has failed, or when for a minute none has become ready.
   */
  async connect(): Promise<ConnectReport> {
    const { longwire, count } = this.#spec;
    if (longwire !== undefined) this.#auths = await createAuthFrames(this.#spec, longwire);
    const startedAt = performance.now();
    const tally = await new ConnectRun(this.#spec, (offset, listener) => this.#open(offset, listener)).done;
    this.#startHeartbeats();
    return { ...tally, failed: count - tally.connected, tookMs: performance.now() - startedAt };
  }

  begin(schedules: Readonly<Record<number, Schedule>>): void {
    this.#ledger.begin(schedules);
  }

  report(): AudienceReport {
    const open = this.#connections.filter((connection) => connection.isReady).length;
    return { ...this.#ledger.report(), open, lost: this.#lost };
  }

  close(): void {
    clearInterval(this.#beat);
    for (const connection of this.#connections) connection.close();
    this.#connections.length = 0;
  }

  #open(offset: number, { onReady, onFailed }: ConnectListener): void {
    const { host, port, first, firstAddress } = this.#spec;
    const index = first + offset;
    const onClosed = (wasReady: boolean, why: string): void => {
      if (wasReady) this.#lost += 1;
      else onFailed(why);
    };
    this.#connections[offset] = new LoadConnection({
      dialect: this.#dialect,
      host,
      port,
      localAddress: localAddressOf(index, host, firstAddress),
      index,
      onReady,
      onClosed,
    });
  }

  /** One timer for all: each tick sends those of a slice, so that the server sees an even stream of them. */
  #startHeartbeats(): void {
    const { heartbeat } = this.#dialect;
    if (heartbeat === undefined) return;
    const perTick = Math.ceil((this.#spec.count * 1000) / heartbeat.everyMs / BEATS_PER_SEC);
    this.#beat = setInterval(() => {
      for (let sent = 0; sent < perTick; sent += 1) {
        const connection = this.#connections[this.#nextBeat % this.#connections.length];
        this.#nextBeat += 1;
        if (connection?.isReady === true) heartbeat.send(connection);
      }
    }, 1000 / BEATS_PER_SEC);
  }
}
