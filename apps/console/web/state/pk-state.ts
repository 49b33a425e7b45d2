import { signal } from '@preact/signals';
import type { Incoming } from './incoming.ts';
import { withAnswer } from './pk-answers.ts';
import type { PkAnswers } from './pk-answers.ts';
import { send } from './room-client.ts';
import { joined } from './room-state.ts';

export type Invite = Extract<Incoming, { kind: 'pk-invite' }> & {
  /** On `performance.now()`. */
  readonly endsAtMs: number;
};
export type PkAnswer = Extract<Incoming, { kind: 'pk-answer' }>;

/** Invites that may still be answered, the oldest first. */
export const invites = signal<readonly Invite[]>([]);
/** How the last invites that this room heard of were answered, by inviteId. */
export const answers = signal<PkAnswers>({});

let clockAheadMs = 0;

/** Countdowns follow the backend's clock, whatever ours says. */
export function noteClock(aheadMs: number): void {
  clockAheadMs = aheadMs;
}

/** When a moment of the backend's clock is, on `performance.now()`. */
export function localMsOf(backendMs: number): number {
  return performance.now() + backendMs - clockAheadMs - Date.now();
}

export function takeInvite(incoming: Extract<Incoming, { kind: 'pk-invite' }>): void {
  const endsAtMs = Math.min(performance.now() + incoming.answerMs, localMsOf(incoming.expiresAt));
  if (endsAtMs <= performance.now()) return;
  invites.value = [...invites.value, { ...incoming, endsAtMs }];
}

export function takeAnswer({ inviteId, isAccepted }: PkAnswer): void {
  answers.value = withAnswer(answers.value, inviteId, isAccepted);
}

export function answerInvite({ inviteId, rival, rivalUserId }: Invite, accepted: boolean): void {
  dropInvite(inviteId);
  const to = rivalUserId === null ? {} : { rivalUserId };
  void send({ type: 'pk-answer', inviteId, rival, ...to, name: joined.value?.name ?? '', accepted });
}

export function dropInvite(inviteId: string): void {
  invites.value = invites.value.filter((invite) => invite.inviteId !== inviteId);
}

export function resetPk(): void {
  invites.value = [];
  answers.value = {};
}
