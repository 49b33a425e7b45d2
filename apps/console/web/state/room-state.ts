import { computed, signal } from '@preact/signals';
import type { ClientState } from '@longwire/client';
import type { GiftCard } from './gift-cards.ts';
import type { Incoming } from './incoming.ts';
import type { JoinRequest } from './join-request.ts';
import { NO_TRAFFIC } from './traffic.ts';
import { viewerOfTab } from './viewer.ts';

/** How far one's own words are: `sent` when the platform has them, `shown` when they came back from the room. */
export type Progress = 'sending' | 'sent' | 'shown' | 'refused';

export type Said = Extract<Incoming, { kind: 'barrage' }> & {
  readonly key: number;
  readonly isOwn: boolean;
  readonly progress?: Progress;
  /** Why it was refused. */
  readonly fault?: string;
};
export type ChatItem = Said | (Extract<Incoming, { kind: 'gift' | 'pk-answer' }> & { readonly key: number });
export type Notice = { readonly text: string; readonly key: number };

/** `resuming`: connected again, and what was missed is still on its way. */
export type LinkView = ClientState | { readonly kind: 'resuming'; readonly nodeId: string };

/** The one room of this tab, as the components see it. */
export const viewer = viewerOfTab();
export const joined = signal<JoinRequest | null>(null);
export const clientState = signal<ClientState | null>(null);
export const isResuming = signal(false);
export const rttMs = signal<number | null>(null);
/** Messages that are gone for good; Infinity when nobody knows how many. */
export const missed = signal(0);
export const online = signal<number | null>(null);
export const chat = signal<readonly ChatItem[]>([]);
export const giftCards = signal<readonly GiftCard[]>([]);
export const zoneNotice = signal<Notice | null>(null);
export const globalNotice = signal<Notice | null>(null);
/** How a PK invite to this room was answered. */
export const pkOutcome = signal<Notice | null>(null);
export const traffic = signal(NO_TRAFFIC);
/** What a screen reader is told next. */
export const announcement = signal('');

export const link = computed<LinkView | null>(() => {
  const state = clientState.value;
  return state?.kind === 'live' && isResuming.value ? { kind: 'resuming', nodeId: state.nodeId } : state;
});
export const isLive = computed(() => clientState.value?.kind === 'live');
