import type { Evidence } from './evidence.ts';
import { comparePositions } from './history.ts';
import type { ClientRecord, Gap, History, Membership, PushRecord } from './history.ts';
import type { Numbered } from './pushes-by-target.ts';

/**
 * A member of a room must have seen, over all its reconnects, every message accepted while it was one, or have been told
 * that it missed some.
 */
export function checkRooms(client: ClientRecord, evidence: Evidence): void {
  for (const membership of client.memberships) {
    const { roomId } = membership;
    const gaps = client.gaps.filter((gap) => gap.roomId === roomId);
    for (const numbered of evidence.pushes.acceptedFor({ kind: 'room', roomId })) {
      judge(numbered, { client, membership, gaps }, evidence);
    }
  }
}

interface Place {
  readonly client: ClientRecord;
  readonly membership: Membership;
  readonly gaps: readonly Gap[];
}

function judge([number, push]: Numbered, { client, membership, gaps }: Place, evidence: Evidence): void {
  const { firstSeen, rules, verdict } = evidence;
  const seenMs = firstSeen[number] ?? Number.NaN;
  const isSeen = !Number.isNaN(seenMs);
  if (isSeen && rules.areRoomsOwed) verdict.addDelay(Math.max(0, seenMs - push.askedAtMs));
  const untilMs = Math.min(membership.untilMs, rules.endedAtMs) - rules.settleMs;
  if (!rules.areRoomsOwed || push.askedAtMs <= membership.fromMs || push.answeredAtMs >= untilMs) return;
  if (!isSeen && rules.mayOwnersDie && push.position === undefined) return;
  verdict.rooms.owed += 1;
  if (!isSeen) {
    if (gaps.some((gap) => covers(gap, push))) verdict.admitted += 1;
    else verdict.report('lost', () => `${client.deviceId} never saw push ${number} to its room ${membership.roomId}`);
    return;
  }
  verdict.rooms.delivered += 1;
  // Reconnecting is part of the time, as it is for a viewer.
  const delayMs = Math.round(seenMs - push.answeredAtMs);
  if (delayMs > rules.lateMs) {
    verdict.report('late', () => `${client.deviceId} saw push ${number} ${delayMs} ms late`);
  }
}

function covers(gap: Gap, push: PushRecord): boolean {
  const { position } = push;
  // A message that nobody saw has no known place: then the times decide.
  if (position === undefined || gap.upTo === undefined) {
    return push.askedAtMs <= gap.toMs && push.answeredAtMs >= gap.fromMs;
  }
  if (comparePositions(position, gap.upTo) > 0) return false;
  return gap.after === undefined || comparePositions(position, gap.after) > 0;
}

/** Counts what was accepted for a room with clients and seen by none of them. */
export function countUnnumbered({ clients }: History, { pushes, rules, verdict }: Evidence): void {
  if (!rules.areRoomsOwed) return;
  const watched = new Set(clients.flatMap(({ memberships }) => memberships.map(({ roomId }) => roomId)));
  for (const [roomId, numbered] of pushes.rooms) {
    if (watched.has(roomId)) verdict.unnumbered += numbered.filter(([, { position }]) => position === undefined).length;
  }
}
