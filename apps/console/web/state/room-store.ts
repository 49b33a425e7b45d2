import { batch, signal } from '@preact/signals';
import type { Arrival } from '../line/receiver.ts';
import type { SendOutcome } from '../line/connection.ts';
import { openRoomLine } from '../line/room-line.ts';
import type { LineState, RoomLine } from '../line/room-line.ts';
import { incomingOf } from './incoming.ts';
import type { Incoming } from './incoming.ts';
import type { JoinRequest } from './join-request.ts';
import { rememberRequest } from './join-request.ts';
import { perFrame } from './per-frame.ts';
import { addArrival, NO_TRAFFIC } from './traffic.ts';
import { viewerOfTab } from './viewer.ts';

export type Barrage = Extract<Incoming, { kind: 'barrage' }> & { readonly key: number; readonly isOwn: boolean };
export type ChatItem = Barrage | (Extract<Incoming, { kind: 'pk-answer' }> & { readonly key: number });
export type Invite = Extract<Incoming, { kind: 'pk-invite' }> & {
  /** On `performance.now()`. */
  readonly endsAtMs: number;
};
export type Notice = { readonly text: string; readonly key: number };

const CHAT_ITEMS = 120;
const MAX_PER_FRAME = 400;
const ZONE_NOTICE_MS = 10_000;
const GLOBAL_NOTICE_MS = 14_000;

/** The one room of this tab, as the components see it. */
export const viewer = viewerOfTab();
export const joined = signal<JoinRequest | null>(null);
export const line = signal<LineState | null>(null);
export const online = signal<number | null>(null);
export const chat = signal<readonly ChatItem[]>([]);
export const invites = signal<readonly Invite[]>([]);
export const zoneNotice = signal<Notice | null>(null);
export const globalNotice = signal<Notice | null>(null);
export const traffic = signal(NO_TRAFFIC);

let open: RoomLine | undefined;
let clockAheadMs = 0;
let nextKey = 1;
const stageListeners = new Set<(items: readonly Barrage[]) => void>();

/** Calls `listener` with new barrage, at most once per animation frame; returns how to end that. */
export function onBarrage(listener: (items: readonly Barrage[]) => void): () => void {
  stageListeners.add(listener);
  return () => void stageListeners.delete(listener);
}

const showChat = perFrame<ChatItem>(MAX_PER_FRAME, (items) => {
  chat.value = [...chat.value, ...items].slice(-CHAT_ITEMS);
  const barrage = items.filter((item) => item.kind === 'barrage');
  for (const listener of stageListeners) listener(barrage);
});
const countArrival = perFrame<Arrival>(Infinity, (arrivals) => {
  traffic.value = arrivals.reduce(addArrival, traffic.value);
});

export function join(request: JoinRequest): void {
  leave();
  rememberRequest(request);
  joined.value = request;
  open = openRoomLine({
    viewer: { userId: viewer.userId, deviceId: viewer.deviceId, userName: request.name, roomId: request.roomId },
    onState: (state) => {
      line.value = state;
      // A count nobody confirms any more is not shown.
      if (state.kind !== 'live') online.value = null;
    },
    onOnline: (count) => (online.value = count),
    onMessage: (message) => {
      const incoming = incomingOf(message);
      if (incoming !== undefined) show(incoming);
    },
    onArrival: countArrival,
    onMissed: (count) => (traffic.value = { ...traffic.value, missed: traffic.value.missed + count }),
    onClock: (aheadMs) => (clockAheadMs = aheadMs),
  });
}

export function leave(): void {
  open?.close();
  open = undefined;
  batch(() => {
    joined.value = null;
    line.value = null;
    online.value = null;
    chat.value = [];
    invites.value = [];
    zoneNotice.value = null;
    globalNotice.value = null;
    traffic.value = NO_TRAFFIC;
  });
}

/** Says something in the room; it shows up when it comes back, as it does for everybody else. */
export function say(text: string): Promise<SendOutcome> {
  return send({ type: 'barrage', text, name: joined.value?.name ?? '', color: viewer.color });
}

export function answerInvite({ inviteId, rival }: Invite, accepted: boolean): void {
  dropInvite(inviteId);
  void send({ type: 'pk-answer', inviteId, rival, name: joined.value?.name ?? '', accepted });
}

export function dropInvite(inviteId: string): void {
  invites.value = invites.value.filter((invite) => invite.inviteId !== inviteId);
}

export function retryNow(): void {
  open?.retryNow();
}

function send(data: object): Promise<SendOutcome> {
  return open?.send(data) ?? Promise.resolve({ ok: false, reason: 'not connected' });
}

function show(incoming: Incoming): void {
  const key = nextKey;
  nextKey += 1;
  switch (incoming.kind) {
    case 'barrage':
      return showChat({ ...incoming, key, isOwn: incoming.userId === viewer.userId });
    case 'pk-answer':
      return showChat({ ...incoming, key });
    case 'pk-invite': {
      const leftMs = Math.min(incoming.answerMs, incoming.expiresAt - Date.now() - clockAheadMs);
      if (leftMs <= 0) return;
      invites.value = [...invites.value, { ...incoming, endsAtMs: performance.now() + leftMs }];
      return;
    }
    case 'zone-notice':
      return showFor(zoneNotice, { text: incoming.text, key }, ZONE_NOTICE_MS);
    case 'global-notice':
      return showFor(globalNotice, { text: incoming.text, key }, GLOBAL_NOTICE_MS);
  }
}

function showFor(place: typeof zoneNotice, notice: Notice, durationMs: number): void {
  place.value = notice;
  setTimeout(() => {
    if (place.peek() === notice) place.value = null;
  }, durationMs);
}
