import { effect, signal } from '@preact/signals';
import { callBackend, wordsOf } from './page-backend.ts';
import { localMsOf } from './pk-state.ts';
import { isLive, joined, viewer } from './room-state.ts';

export type View = 'viewer' | 'streamer';
export interface Streamer {
  readonly userId: string;
  readonly roomId: string;
  readonly name: string;
}

/** An invite that went out from here, and how far the platform says it is. */
export interface SentInvite {
  readonly inviteId: string;
  readonly messageId: string;
  readonly to: string;
  readonly sentAtMs: number;
  readonly endsAtMs: number;
  readonly status: 'pending' | 'delivered' | 'expired';
  readonly acked: number;
  readonly targets: number;
  readonly attempts: number;
  /** From the push to the moment its ack was seen here. */
  readonly ackedAfterMs: number | null;
}

const MAX_SENT = 4;
const ASK_EVERY_MS = 400;

export const view = signal<View>(
  new URLSearchParams(location.search).get('view') === 'streamer' ? 'streamer' : 'viewer',
);
export const streamers = signal<readonly Streamer[]>([]);
export const sentInvites = signal<readonly SentInvite[]>([]);
export const streamerFault = signal<string | null>(null);

export function switchView(next: View): void {
  view.value = next;
  const params = new URLSearchParams(location.search);
  if (next === 'streamer') params.set('view', next);
  else params.delete('view');
  history.replaceState(null, '', `?${params}`);
  announceStreamer();
}

/** Tells the backend that this streamer may be challenged. */
export function announceStreamer(): void {
  const request = joined.peek();
  if (view.peek() !== 'streamer' || request === null || !isLive.peek()) return;
  void attempt(async () => {
    const { userId } = viewer;
    await callBackend('/api/pk/streamers', { userId, roomId: request.roomId, name: request.name });
    await findStreamers();
  });
}

export async function findStreamers(): Promise<void> {
  const found = await callBackend<readonly Streamer[]>('/api/pk/streamers');
  streamers.value = found.filter(({ userId }) => userId !== viewer.userId);
}

/** Challenges another streamer. */
export function challenge(streamer: Streamer): Promise<void> {
  const { roomId, name } = joined.peek() ?? { roomId: '', name: '' };
  const body = { fromUserId: viewer.userId, fromName: name, roomId, toUserId: streamer.userId };
  return invite('/api/pk/invites', body, streamer.name);
}

/** Has a made-up rival challenge oneself. */
export function practise(): Promise<void> {
  const { roomId, name } = joined.peek() ?? { roomId: '', name: '' };
  return invite('/api/demo/pk-invite', { userId: viewer.userId, roomId }, name);
}

function invite(path: string, body: object, to: string): Promise<void> {
  return attempt(async () => {
    const sentAtMs = performance.now();
    const sent = await callBackend<Pick<SentInvite, 'messageId' | 'inviteId'> & { readonly expiresAt: number }>(
      path,
      body,
    );
    const { messageId, inviteId, expiresAt } = sent;
    const known = { messageId, inviteId, to, sentAtMs, endsAtMs: localMsOf(expiresAt) };
    const fresh: SentInvite = { ...known, status: 'pending', acked: 0, targets: 1, attempts: 0, ackedAfterMs: null };
    sentInvites.value = [fresh, ...sentInvites.value].slice(0, MAX_SENT);
    void follow(messageId);
  });
}

/** Asks for the status until it is final. */
async function follow(messageId: string): Promise<void> {
  for (;;) {
    const sent = sentInvites.peek().find((one) => one.messageId === messageId);
    if (sent === undefined || sent.status !== 'pending') return;
    // An answer that does not come is asked for again: the status is shown as it was last known.
    const found = await callBackend<Pick<SentInvite, 'status' | 'acked' | 'targets' | 'attempts'>>(
      `/api/messages/${encodeURIComponent(messageId)}`,
    ).catch(() => undefined);
    if (found !== undefined) note(messageId, found);
    if (performance.now() > sent.endsAtMs + 10 * ASK_EVERY_MS) return;
    await new Promise<void>((resolve) => setTimeout(resolve, ASK_EVERY_MS));
  }
}

function note(messageId: string, found: Partial<SentInvite>): void {
  sentInvites.value = sentInvites.value.map((one) => {
    if (one.messageId !== messageId) return one;
    const ackedAfterMs = found.status === 'delivered' ? performance.now() - one.sentAtMs : null;
    return { ...one, ...found, ackedAfterMs };
  });
}

async function attempt(task: () => Promise<void>): Promise<void> {
  try {
    await task();
    streamerFault.value = null;
  } catch (error) {
    streamerFault.value = wordsOf(error);
  }
}

effect(() => {
  if (joined.value === null) sentInvites.value = [];
});
