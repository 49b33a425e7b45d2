import type { Schedule } from '../core/schedule.ts';
import { createAuthFrames } from './auth-frames.ts';
import type { Dialect } from './dialect.ts';
import { createAudienceDialect } from './dialects.ts';
import type { Ledger } from './ledger.ts';
import { LoadConnection } from './load-connection.ts';
import { localAddressOf } from './local-addresses.ts';
import type { AudienceReport, AudienceSpec, ConnectReport } from './orders.ts';

const CONNECT_WITHIN_MS = 60_000;
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

  /** Connects all, so many at a time; resolves when each is ready or has failed, after a minute at the latest. */
  async connect(): Promise<ConnectReport> {
    const { longwire, count, inFlight } = this.#spec;
    if (longwire !== undefined) this.#auths = await createAuthFrames(this.#spec, longwire);
    const startedAt = performance.now();
    let begun = 0;
    let connected = 0;
    let failed = 0;
    let firstFault: string | undefined;
    await new Promise<void>((resolve) => {
      const late = setTimeout(resolve, CONNECT_WITHIN_MS);
      const settle = (): void => {
        if (connected + failed === count) {
          clearTimeout(late);
          resolve();
        } else if (begun < count) this.#open(begun++, onReady, onClosed);
      };
      const onReady = (): void => {
        connected += 1;
        settle();
      };
      const onClosed = (wasReady: boolean, why: string): void => {
        firstFault ??= why;
        if (wasReady) {
          this.#lost += 1;
          return;
        }
        failed += 1;
        settle();
      };
      while (begun < Math.min(count, inFlight)) this.#open(begun++, onReady, onClosed);
    });
    this.#startHeartbeats();
    const tookMs = performance.now() - startedAt;
    return { connected, failed: count - connected, tookMs, ...(firstFault === undefined ? {} : { firstFault }) };
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

  #open(offset: number, onReady: () => void, onClosed: (wasReady: boolean, why: string) => void): void {
    const { host, port, first } = this.#spec;
    const index = first + offset;
    const localAddress = localAddressOf(index, host);
    const dialect = this.#dialect;
    this.#connections.push(new LoadConnection({ dialect, host, port, localAddress, index, onReady, onClosed }));
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
