import { checkExpress } from './check-express.ts';
import { checkClientOrder, checkRoomOrder } from './check-order.ts';
import { checkRooms, countUnnumbered } from './check-rooms.ts';
import type { Evidence, Rules } from './evidence.ts';
import type { ClientRecord, History, PushRecord } from './history.ts';
import { PushesByTarget } from './pushes-by-target.ts';
import { VerdictBuilder } from './verdict.ts';
import type { Verdict } from './verdict.ts';

/**
 * Judges a history: what was lost, seen twice, out of order, late, or seen by whom it was not for. Pure. What a server
 * admits not to have (`recovered:false`) is counted apart, as it is no lie.
 */
export function checkHistory(history: History, rules: Rules): Verdict {
  const verdict = new VerdictBuilder();
  const pushes = new PushesByTarget(history.pushes);
  const firstSeen = new Float32Array(history.pushes.length);
  const evidence = { pushes, firstSeen, rules, verdict };
  for (const client of history.clients) {
    firstSeen.fill(Number.NaN);
    checkSightings(client, history, evidence);
    checkExpress(client, evidence);
    checkRooms(client, evidence);
    checkClientOrder(client, history.pushes, verdict);
  }
  countUnnumbered(history, evidence);
  checkRoomOrder(history, pushes, verdict);
  return verdict.build();
}

/** Finds what should not have been seen at all, or not again; notes when each push was first seen. */
function checkSightings(client: ClientRecord, history: History, { firstSeen, verdict }: Evidence): void {
  const rooms = new Set(client.memberships.map(({ roomId }) => roomId));
  for (let row = 0; row < client.seen.size; row += 1) {
    const push = client.seen.pushAt(row);
    const record = history.pushes[push];
    if (record === undefined) continue;
    if (!Number.isNaN(firstSeen[push])) {
      verdict.report('duplicate', () => `${client.deviceId} saw push ${push} again, at ${client.seen.atMsAt(row)} ms`);
      continue;
    }
    firstSeen[push] = client.seen.atMsAt(row);
    if (!isFor(record, client, rooms)) verdict.report('wrong', () => `${client.deviceId} saw push ${push} of others`);
    else if (record.outcome === 'refused') {
      verdict.report('wrong', () => `${client.deviceId} saw push ${push}, which had been refused`);
    }
  }
  for (let strange = 0; strange < client.strange; strange += 1) {
    verdict.report('wrong', () => `${client.deviceId} saw a message that nobody pushed`);
  }
}

function isFor({ target }: PushRecord, client: ClientRecord, rooms: ReadonlySet<string>): boolean {
  switch (target.kind) {
    case 'user':
      return client.userId === target.userId;
    case 'device':
      return client.deviceId === target.deviceId;
    case 'room':
      return rooms.has(target.roomId);
  }
}
