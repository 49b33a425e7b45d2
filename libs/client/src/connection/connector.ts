import type { Timer } from '@longwire/domain';
import type { NodeHint } from '@longwire/wire';
import type { ClientEvents } from '../client-events.ts';
import type { ClientClock } from '../clock.ts';
import { numberOf } from '../codec/frames.ts';
import type { Fields } from '../codec/frames.ts';
import type { Decoders } from '../decode/decoders.ts';
import type { Emitter } from '../emitter.ts';
import type { LinkQuality } from '../link-stats.ts';
import { parseNodes } from '../ticket.ts';
import type { GetToken, Ticket, TicketError } from '../ticket.ts';
import { backoffMs, invitesReturn, leastWaitMs, sendsElsewhere } from './backoff.ts';
import type { ClientState, ClosedState } from './client-state.ts';
import { Connection } from './connection.ts';
import type { ConnectionEnd, ConnectionEvents } from './connection.ts';
import { Nap } from './nap.ts';
import { NodeList } from './node-list.ts';
import { raceNodes } from './race.ts';
import type { Change, Surroundings } from './surroundings.ts';
import { TicketKeeper } from './ticket-keeper.ts';
import type { Transport } from './transport.ts';

export interface ConnectorOptions {
  readonly getToken: GetToken;
  readonly transport: Transport;
  readonly decoders: Decoders;
  readonly platform: string;
  readonly clock: ClientClock;
  readonly random: () => number;
  readonly surroundings: Surroundings;
  readonly stats: LinkQuality;
  readonly firstRoom: () => string | undefined;
  readonly emitter: Emitter<ClientEvents>;
  readonly events: Omit<ConnectionEvents, 'onHint'>;
  /** The connection is the current one from now on; resolves when its rooms are joined. */
  readonly onLive: (connection: Connection) => Promise<void>;
  readonly onCut: () => void;
}

type Outcome = ConnectionEnd & { readonly leastMs?: number; readonly isFinal?: boolean };

/** A connection that lived this long ends a row of failures. */
const SETTLED_MS = 60_000;
const MAX_HINT_MS = 300_000;
/** After a hint that could not be followed: twice the wait before it, and no less than this. */
const MOVE_AGAIN_MS = 1_000;
/** Spreads the return of all who got the network back at one moment. */
const WAKE_SPREAD_MS = 500;
const EXPIRED = 4012;
const CLOSED_BY_CALLER: ClosedState = { kind: 'closed', code: 1000, reason: 'closed' };

/** Keeps one live connection, to the best node, until it is closed or told not to come back. */
export class Connector {
  readonly #options: ConnectorOptions;
  readonly #nodes = new NodeList();
  readonly #tickets: TicketKeeper;
  readonly #nap: Nap;
  readonly #closing = new AbortController();
  /** Every connection that has not ended, be it live or half open. */
  readonly #open = new Set<Connection>();
  #decoders: Decoders;
  #state: ClientState = { kind: 'connecting' };
  #current: Connection | undefined;
  #liveAtMs = 0;
  #failures = 0;
  /** The way to the next connection after a hint. */
  #moving: Promise<void> | undefined;
  #hintTimer: Timer | undefined;

  constructor(options: ConnectorOptions) {
    const { getToken, clock, decoders } = options;
    this.#options = options;
    this.#decoders = decoders;
    this.#tickets = new TicketKeeper(getToken, clock, this.#nodes);
    this.#nap = new Nap(clock);
  }

  get state(): ClientState {
    return this.#state;
  }

  get current(): Connection | undefined {
    return this.#current;
  }

  /** Runs until {@link close} or a close code that forbids to return; resolves with the last state. Never rejects. */
  async run(): Promise<ClosedState> {
    const { surroundings, random } = this.#options;
    const onChange = (change: Change): void => {
      if (change !== 'offline') this.#nap.wake(random() * WAKE_SPREAD_MS);
      this.#current?.doubt();
    };
    surroundings.watch(onChange, this.#closing.signal);
    this.#tell({ kind: 'connecting' });
    const closed = await this.#loop();
    this.close();
    this.#tell(closed);
    return closed;
  }

  retryNow(): void {
    this.#nap.wake();
  }

  close(): void {
    this.#closing.abort();
    this.#hintTimer?.cancel();
    for (const connection of this.#open) connection.close('closed');
    this.#nap.cancel();
  }

  #tell(state: ClientState): void {
    this.#state = state;
    this.#options.emitter.emit('state', state);
  }

  async #loop(): Promise<ClosedState> {
    const { surroundings, onCut, clock, stats } = this.#options;
    for (;;) {
      if (!surroundings.isOnline()) {
        this.#tell({ kind: 'offline' });
        await this.#nap.sleep();
      }
      if (this.#closing.signal.aborted) return CLOSED_BY_CALLER;
      const end = await this.#connectOnce().catch((error: unknown) => this.#ticketFault(error));
      const wasLive = this.#current !== undefined;
      this.#current = undefined;
      onCut();
      if (this.#closing.signal.aborted) return CLOSED_BY_CALLER;
      const { code, reason, isFinal = false, leastMs = leastWaitMs(code) } = end;
      if (isFinal || !invitesReturn(code)) return { kind: 'closed', code: isFinal ? 1000 : code, reason };
      if (wasLive) stats.disconnects += 1;
      const delayMs = leastMs + this.#backoff(end);
      this.#tell({ kind: 'reconnecting', reason, retryAtMs: clock.monotonic() + delayMs });
      await this.#nap.sleep(delayMs, leastMs);
    }
  }

  /** One connection, and those it handed over to, until the last one ends. */
  async #connectOnce(): Promise<Outcome> {
    const ticket = await this.#tickets.get(this.#closing.signal);
    const connection = await this.#establish(ticket);
    if (connection === undefined) return { code: 1006, reason: 'no node answers' };
    if (!connection.isLive) return this.#noteEnd(connection, await connection.ended);
    void this.#adopt(connection);
    for (;;) {
      const current = this.#current ?? connection;
      const end = await current.ended;
      await this.#moving;
      if (this.#current === current) return this.#noteEnd(current, end);
    }
  }

  /** Opens a connection and authenticates; the result is live, or has ended, or is undefined when no node answered. */
  async #establish(ticket: Ticket): Promise<Connection | undefined> {
    const { clock, stats, events, firstRoom } = this.#options;
    const startedMs = clock.monotonic();
    const open = (node: NodeHint): Connection => {
      const connection: Connection = new Connection({
        ...this.#options,
        node,
        ticket,
        decoders: this.#decoders,
        events: { ...events, onHint: (hint) => this.#onHint(connection, hint) },
      });
      this.#open.add(connection);
      void connection.ended.then(() => this.#open.delete(connection));
      if (this.#closing.signal.aborted) connection.close('closed');
      return connection;
    };
    const onFailed = ({ nodeId }: NodeHint): void => {
      stats.failedDials += 1;
      this.#nodes.failed(nodeId, true);
    };
    const connection = await raceNodes({ nodes: this.#nodes.order(), clock, open, onFailed });
    if ((await connection?.authenticate(firstRoom())) === true) {
      stats.connectMs = clock.monotonic() - startedMs;
      stats.connects += 1;
    }
    return connection;
  }

  async #adopt(connection: Connection): Promise<void> {
    this.#current = connection;
    this.#options.stats.nodeId = connection.node.nodeId;
    this.#liveAtMs = this.#options.clock.monotonic();
    this.#tell({ kind: 'live', nodeId: connection.node.nodeId });
    await this.#options.onLive(connection);
  }

  #noteEnd(connection: Connection, end: ConnectionEnd): Outcome {
    const { nodeId } = connection.node;
    const wasLive = this.#current !== undefined;
    if (wasLive && this.#options.clock.monotonic() - this.#liveAtMs > SETTLED_MS) {
      this.#failures = 0;
      this.#nodes.worked(nodeId);
    }
    const { brotli, inflate } = this.#decoders;
    if (end.code === EXPIRED) this.#tickets.drop();
    // Brotli that cannot be read (a decoder that did not load, most likely) is not asked for again, and so with zlib.
    // When neither was asked for, it is the node's doing.
    else if (end.isCompression === true && (brotli ?? inflate)) this.#decoders = brotli && inflate ? { inflate } : {};
    else this.#nodes.failed(nodeId, !wasLive || sendsElsewhere(end.code));
    return end;
  }

  #ticketFault(error: unknown): Outcome {
    const { isFinal = false, retryAfterMs = 0 } = Object(error) as Partial<TicketError>;
    const reason = String(error);
    if (!this.#closing.signal.aborted)
      this.#options.emitter.emit('fault', { kind: 'ticket', detail: reason, cause: error });
    return { code: 1006, reason, isFinal, leastMs: retryAfterMs };
  }

  /** The first time after what is our own doing there is nothing to wait for. */
  #backoff({ code, isCompression }: Outcome): number {
    const isOurDoing = code === EXPIRED || isCompression === true;
    const failures = this.#failures;
    this.#failures += 1;
    return isOurDoing && failures === 0 ? 0 : backoffMs(failures, this.#options.random);
  }

  /** The new connection is opened first, and the old one closed when the rooms are joined: nobody notices. */
  #onHint(connection: Connection, { afterMs, nodes }: Fields): void {
    const { clock } = this.#options;
    const delayMs = Math.min(numberOf(afterMs), MAX_HINT_MS);
    this.#hintTimer?.cancel();
    this.#hintTimer = clock.after(delayMs, () => {
      if (this.#current !== connection || !connection.isLive || this.#moving !== undefined) return;
      this.#moving = this.#move(connection, parseNodes(nodes))
        // Without a ticket or a node it stays where it is, and tries again until it is closed.
        .catch((error: unknown) => void this.#ticketFault(error))
        .finally(() => {
          this.#moving = undefined;
          if (this.#current !== connection) return;
          this.#onHint(connection, { afterMs: Math.max(MOVE_AGAIN_MS, delayMs * 2), nodes });
        });
    });
  }

  async #move(old: Connection, nodes: readonly NodeHint[]): Promise<void> {
    if (nodes.length > 0) this.#nodes.replace(nodes);
    this.#nodes.failed(old.node.nodeId, true);
    const next = await this.#establish(await this.#tickets.get(this.#closing.signal));
    if (next?.isLive !== true) return;
    // Without an answer to its joins the old one stays until the node closes it.
    void this.#adopt(next).then(() => old.close('moved'));
  }
}
