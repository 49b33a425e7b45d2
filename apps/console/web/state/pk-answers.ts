export type PkAnswers = Readonly<Record<string, 'accepted' | 'declined'>>;

/** Far more than invites whose answer is still looked at. */
export const MAX_ANSWERS = 50;

/** The answers with one more, by inviteId; the oldest are forgotten, since a room hears of answers without end. */
export function withAnswer(answers: PkAnswers, inviteId: string, isAccepted: boolean): PkAnswers {
  const kept = Object.entries(answers).filter(([known]) => known !== inviteId);
  return Object.fromEntries([...kept, [inviteId, isAccepted ? 'accepted' : 'declined'] as const].slice(-MAX_ANSWERS));
}
