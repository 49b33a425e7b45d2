import { systemClock } from './clock.ts';
import { isObject, numberOf, textOf } from './codec/frames.ts';
import type { Fields } from './codec/frames.ts';
import type { ClientEvents } from './client-events.ts';
import type { ConnectOptions } from './connect-options.ts';
import { Connector } from './connection/connector.ts';
import type { ClientState, ClosedState } from './connection/client-state.ts';
import { platformSurroundings } from './connection/surroundings.ts';
import { webSocketTransport } from './connection/websocket-transport.ts';
import { platformDecoders } from './decode/decoders.ts';
import { AckBatcher } from './delivery/ack-batcher.ts';
import { Inbox } from './delivery/inbox.ts';
import { Mailbox } from './delivery/mailbox.ts';
import type { Handler } from './delivery/mailbox.ts';
import { iterateMessages } from './delivery/message-iterator.ts';
import { Emitter, throwLater } from './emitter.ts';
import { emptyStats } from './link-stats.ts';
import type { LinkQuality } from './link-stats.ts';
import type { AnyMessages, CmdOf, Message, MessageOf, Position } from './message.ts';
import { Rooms } from './room/rooms.ts';
import type { JoinOutcome } from './room/rooms.ts';
import { ticketFrom } from './ticket.ts';
import { Uplink } from './uplink.ts';
import type { SendOptions, SendOutcome } from './uplink.ts';

export interface ListenOptions {
  /** Only messages of this room. */
  readonly roomId?: string | undefined;
  /** Ends it. */
  readonly signal?: AbortSignal | undefined;
}

/** The platform's rule for ids. */
const ID = /^[\w.:-]{1,64}$/;

/** One viewer's link to Longwire: see {@link connect}. */
export class Client<Map extends object = AnyMessages> {
  /** Resolves when the client is closed for good: by you, or by a close code that forbids to return. */
  readonly closed: Promise<ClosedState>;
  readonly #events = new Emitter<ClientEvents>();
  readonly #stats = emptyStats();
  readonly #mailbox: Mailbox;
  readonly #inbox: Inbox;
  readonly #acks: AckBatcher;
  readonly #rooms: Rooms;
  readonly #uplink: Uplink;
  readonly #connector: Connector;
  readonly #closing = new AbortController();

  constructor(options: ConnectOptions) {
    const ports = { clock: systemClock, random: Math.random, ...options };
    const { clock, signal } = ports;
    const connection = () => this.#connector.current;
    this.#mailbox = new Mailbox((cause, { cmd }) => this.#handlerFault(cause, cmd));
    this.#acks = new AckBatcher(clock, (ids) => connection()?.ack(ids) ?? false);
    this.#inbox = new Inbox({
      mailbox: this.#mailbox,
      ack: (id) => this.#acks.add(id),
      onShed: (isLost) => isLost && this.#gap(null, 1),
    });
    this.#rooms = new Rooms({
      clock,
      mailbox: this.#mailbox,
      connection,
      onGap: (roomId, missed) => this.#gap(roomId, missed),
      events: this.#events,
    });
    this.#uplink = new Uplink(clock, connection);
    this.#connector = this.#makeConnector(ports);
    for (const roomId of options.rooms ?? []) void this.join(roomId);
    this.closed = this.#run();
    if (signal?.aborted === true) this.close();
    signal?.addEventListener('abort', () => this.close(), { signal: this.#closing.signal });
  }

  /** What is true of the connection right now. */
  get state(): ClientState {
    return this.#connector.state;
  }

  /** The rooms that are wanted, joined or not yet. */
  get rooms(): readonly string[] {
    return this.#rooms.ids;
  }

  /** How good the link has been since the client began. */
  get quality(): Readonly<LinkQuality> {
    return { ...this.#stats };
  }

  /** Calls `listener` with each event of this name; returns how to end that. */
  when<Name extends keyof ClientEvents>(name: Name, listener: (event: ClientEvents[Name]) => void): () => void {
    return this.#events.on(name, listener);
  }

  /**
   * Calls `handler` with each message of these `cmd`s (`*`: all), each once, those of a room in the room's order, one at a
   * time when it returns a promise. Returns how to end that. An express message is acked when all its handlers have taken
   * it; one for which there is none is acked at once, so add handlers before you await anything.
   */
  on<Cmd extends CmdOf<Map>>(
    cmd: Cmd | readonly Cmd[] | '*',
    handler: (message: MessageOf<Map, Cmd>) => unknown,
    { roomId, signal }: ListenOptions = {},
  ): () => void {
    const cmds = typeof cmd === 'string' ? [cmd] : cmd;
    const remove = this.#mailbox.add({ cmds, roomId, handler: handler as Handler });
    if (signal?.aborted === true) remove();
    signal?.addEventListener('abort', remove);
    return remove;
  }

  /**
   * The same for `for await`. A message is taken when the loop comes back for the next one. Ends quietly with the signal or
   * the client.
   */
  messages<Cmd extends CmdOf<Map>>(
    cmd: Cmd | readonly Cmd[] | '*',
    { roomId, signal }: ListenOptions = {},
  ): AsyncIterableIterator<MessageOf<Map, Cmd>> {
    const until = signal === undefined ? this.#closing.signal : AbortSignal.any([signal, this.#closing.signal]);
    return iterateMessages((handler) => this.on(cmd, handler, { roomId }), until);
  }

  /** Joins one more room, now and after each reconnect; resolves when the server answers. Throws for what is no id. */
  join(roomId: string): Promise<JoinOutcome> {
    if (!ID.test(roomId)) throw new TypeError('roomId is not an id');
    return this.#rooms.join(roomId);
  }

  /** Leaves a room for good; its messages end now. */
  leave(roomId: string): void {
    this.#rooms.leave(roomId);
  }

  /** Hands one object (at most 4 KiB as JSON) to the business, over reconnects. Resolves with what became of it; never rejects. */
  send(data: object, options?: SendOptions): Promise<SendOutcome> {
    return this.#uplink.send(data, options);
  }

  /** Tries to reconnect now instead of later: somebody pressed a button. */
  retryNow(): void {
    this.#connector.retryNow();
  }

  /** Closes for good. Handlers get nothing more; loops end. */
  close(): void {
    this.#closing.abort();
    this.#connector.close();
  }

  async #run(): Promise<ClosedState> {
    // What is listened to in the turn of `connect` misses nothing.
    await Promise.resolve();
    const closed = await this.#connector.run();
    this.#closing.abort();
    this.#rooms.stop();
    this.#uplink.stop();
    this.#acks.stop();
    return closed;
  }

  #makeConnector(options: ConnectOptions & Ports): Connector {
    const getToken = 'getToken' in options ? options.getToken : ticketFrom(options.endpoint, options.body ?? {});
    return new Connector({
      platform: 'web',
      transport: webSocketTransport,
      decoders: platformDecoders(),
      surroundings: platformSurroundings,
      ...options,
      getToken,
      stats: this.#stats,
      emitter: this.#events,
      firstRoom: () => this.#rooms.ids[0],
      events: {
        onMessage: (message, sizeBytes) => this.#take(message, sizeBytes),
        onOnline: (online) => {
          const [roomId] = this.#rooms.ids;
          if (roomId !== undefined) this.#events.emit('online', { roomId, online });
        },
        onBadBody: (op) => this.#badBody(op),
        onDropped: () => this.#rooms.askAgain(),
      },
      onLive: (live) => {
        this.#acks.flush();
        this.#uplink.flush();
        return this.#rooms.start(live);
      },
      onCut: () => this.#rooms.cut(),
    });
  }

  #take(payload: Fields, sizeBytes: number): void {
    if (this.#closing.signal.aborted) return;
    this.#stats.messages += 1;
    const cmd = textOf(payload['cmd']);
    const { room, seq, epoch, id, ack } = isObject(payload['lw']) ? payload['lw'] : {};
    const roomId = textOf(room) || null;
    const place: Position | null = roomId === null ? null : { epoch: numberOf(epoch), seq: numberOf(seq) };
    const lane = typeof ack === 'boolean' ? 'express' : 'bulk';
    const message: Message = { cmd, payload, lane, roomId, id: textOf(id) || null, place };
    if (place === null) this.#inbox.take(message, { wantsAck: ack === true, sizeBytes });
    else this.#rooms.take({ ...place, sizeBytes, message });
  }

  #gap(roomId: string | null, missed: number | null): void {
    this.#stats.missed += missed ?? 0;
    this.#events.emit('gap', { roomId, missed });
  }

  #badBody(op: number): void {
    this.#stats.badFrames += 1;
    this.#events.emit('fault', { kind: 'bytes', detail: `body of op ${op}` });
  }

  #handlerFault(cause: unknown, cmd: string): void {
    if (!this.#events.emit('fault', { kind: 'handler', detail: cmd, cause })) throwLater(cause);
  }
}

type Ports = Required<Pick<ConnectOptions, 'clock' | 'random'>>;

/**
 * Connects to Longwire and stays connected: picks a node, joins the rooms, and after any loss comes back, resumes where it
 * was, and hands on what was missed. Returns at once; `state` events and {@link Client.closed} tell how it goes. Give it
 * your map of `cmd` to payload: `connect<{ DANMU_MSG: { text: string } }>({ ... })`.
 */
export function connect<Map extends object = AnyMessages>(options: ConnectOptions): Client<Map> {
  return new Client<Map>(options);
}
