import type { ReceivedMessage } from '@longwire/wire';
import { describeEnd, fullJitterMs, stepAfter } from './after-close.ts';
import type { NextStep } from './after-close.ts';
import { Connection } from './connection.ts';
import type { SendOutcome } from './connection.ts';
import { findDecoders } from './decoders.ts';
import { dial } from './dial.ts';
import { Inbox } from './inbox.ts';
import type { Arrival } from './receiver.ts';
import { fetchTicket, TicketError } from './ticket.ts';
import type { Viewer } from './ticket.ts';

/** What is true of the line right now. */
export type LineState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'live'; readonly nodeId: string }
  /** `retryAtMs` on `performance.now()`. */
  | { readonly kind: 'reconnecting'; readonly reason: string; readonly retryAtMs: number }
  | { readonly kind: 'closed'; readonly reason: string };

export interface RoomLineOptions {
  readonly viewer: Viewer;
  readonly onState: (state: LineState) => void;
  readonly onOnline: (online: number) => void;
  /** Each message once, however often it came. */
  readonly onMessage: (message: ReceivedMessage) => void;
  readonly onArrival: (arrival: Arrival) => void;
  readonly onMissed: (count: number) => void;
  /** Difference of the backend's clock to ours. */
  readonly onClock: (aheadMs: number) => void;
}

export interface RoomLine {
  send(data: object): Promise<SendOutcome>;
  /** Cuts a wait short: the network is back, or somebody pressed a button. */
  retryNow(): void;
  close(): void;
}

const DECODER_WAIT_MS = 4_000;
/** A connection that lived this long ends a row of failures. */
const SETTLED_MS = 60_000;
const NOT_CONNECTED: SendOutcome = { ok: false, reason: 'not connected' };
const SEND_TRIES = 4;
const SEND_PAUSE_MS = 700;

/** Keeps one viewer in one room: a ticket and a connection at a time, and a new one of both whenever it is lost. */
export function openRoomLine(options: RoomLineOptions): RoomLine {
  const { viewer, onState } = options;
  const inbox = new Inbox();
  const closing = new AbortController();
  const { signal } = closing;
  let connection: Connection | undefined;
  let wake = (): void => undefined;
  let failures = 0;

  function receive(message: ReceivedMessage): void {
    const { isNew, ackId, missed } = inbox.judge(message);
    if (missed > 0) options.onMissed(missed);
    if (isNew) options.onMessage(message);
    if (ackId !== null) connection?.ack([ackId]);
  }

  /** One ticket, one connection, until it ends. */
  async function connectOnce(): Promise<{ step: NextStep; reason: string }> {
    const [ticket, decoders] = await Promise.all([fetchTicket(viewer, signal), findDecoders(DECODER_WAIT_MS)]);
    options.onClock(ticket.now - Date.now());
    const { webSocket, nodeId } = await dial(ticket.nodes, signal);
    if (signal.aborted) webSocket.close();
    let liveAtMs: number | undefined;
    connection = new Connection({
      ...options,
      webSocket,
      ticket,
      decoders,
      roomId: viewer.roomId,
      onMessage: receive,
      onLive: () => {
        liveAtMs = performance.now();
        onState({ kind: 'live', nodeId });
      },
    });
    const end = await connection.ended;
    connection = undefined;
    if (liveAtMs !== undefined && performance.now() - liveAtMs > SETTLED_MS) failures = 0;
    return { step: stepAfter(end, failures), reason: describeEnd(end) };
  }

  function stepAfterError(error: unknown): { step: NextStep; reason: string } {
    const reason = error instanceof Error ? error.message : String(error);
    if (error instanceof TicketError && error.isFinal) return { step: { kind: 'stop', reason }, reason };
    const leastMs = error instanceof TicketError ? error.retryAfterMs : 0;
    return { step: { kind: 'again', delayMs: leastMs + fullJitterMs(failures) }, reason };
  }

  async function run(): Promise<void> {
    onState({ kind: 'connecting' });
    while (!signal.aborted) {
      const { step, reason } = await connectOnce().catch(stepAfterError);
      if (signal.aborted) return;
      if (step.kind === 'stop') return onState({ kind: 'closed', reason: step.reason });
      failures += 1;
      onState({ kind: 'reconnecting', reason, retryAtMs: performance.now() + step.delayMs });
      await new Promise<void>((resolve) => {
        wake = resolve;
        setTimeout(resolve, step.delayMs);
      });
    }
  }

  /** Right after a reconnect the tiers may still be finding each other: a refusal that passes is not worth a person's time. */
  async function send(data: object): Promise<SendOutcome> {
    for (let tries = 1; ; tries += 1) {
      const outcome = await (connection?.send(data) ?? NOT_CONNECTED);
      if (outcome.ok || outcome.isPassing !== true || tries === SEND_TRIES) return outcome;
      await new Promise<void>((resolve) => setTimeout(resolve, SEND_PAUSE_MS));
    }
  }

  void run();
  return {
    send,
    retryNow: () => wake(),
    close() {
      closing.abort();
      connection?.close('left');
      wake();
    },
  };
}
