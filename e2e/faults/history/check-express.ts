import type { Evidence } from './evidence.ts';
import type { ClientRecord, PushRecord } from './history.ts';
import type { Numbered } from './pushes-by-target.ts';

/** A client that was in during the life of an accepted message for its user or device must have seen it, and in time. */
export function checkExpress(client: ClientRecord, evidence: Evidence): void {
  const { userId, deviceId } = client;
  const { pushes } = evidence;
  const ofUser = userId === undefined ? [] : pushes.acceptedFor({ kind: 'user', userId });
  for (const numbered of ofUser) judge(numbered, client, evidence);
  for (const numbered of pushes.acceptedFor({ kind: 'device', deviceId })) judge(numbered, client, evidence);
}

function judge([number, push]: Numbered, client: ClientRecord, { firstSeen, rules, verdict }: Evidence): void {
  const seenMs = firstSeen[number] ?? Number.NaN;
  const isSeen = !Number.isNaN(seenMs);
  const dueMs = dueAt(push, client, rules.settleMs);
  // Of a client that came later, the time it was away is no delay of ours.
  if (isSeen) verdict.addDelay(Math.max(0, seenMs - (dueMs ?? push.answeredAtMs)));
  if (dueMs === undefined) return;
  verdict.express.owed += 1;
  if (!isSeen) {
    const life = `accepted at ${Math.round(push.answeredAtMs)} ms for ${push.ttlMs} ms, due at ${Math.round(dueMs)} ms`;
    verdict.report('lost', () => `${client.deviceId} never saw express push ${number}: ${life}`);
    return;
  }
  verdict.express.delivered += 1;
  const delayMs = Math.round(seenMs - dueMs);
  if (delayMs > rules.lateMs) {
    verdict.report('late', () => `${client.deviceId} saw express push ${number} ${delayMs} ms late`);
  }
}

/** When the client could first have it: the beginning of its first stay that lies long enough within the message's life. */
function dueAt(push: PushRecord, client: ClientRecord, settleMs: number): number | undefined {
  const endMs = push.answeredAtMs + push.ttlMs;
  for (const { fromMs, untilMs } of client.stays) {
    const startMs = Math.max(fromMs, push.answeredAtMs);
    if (Math.min(untilMs, endMs) - startMs >= settleMs) return startMs;
  }
  return undefined;
}
