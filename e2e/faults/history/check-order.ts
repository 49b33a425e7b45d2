import { comparePositions } from './history.ts';
import type { ClientRecord, History, PushRecord } from './history.ts';
import type { Numbered, PushesByTarget } from './pushes-by-target.ts';
import type { VerdictBuilder } from './verdict.ts';

/** Each room has one order for all clients, in which nothing stands before what had been answered before it was asked for. */
export function checkRoomOrder(history: History, pushes: PushesByTarget, verdict: VerdictBuilder): void {
  for (const { push, first, other } of history.renumberings) {
    const places = `${first.epoch}/${first.seq} and ${other.epoch}/${other.seq}`;
    verdict.report('reordered', () => `push ${push} stands at two places: ${places}`);
  }
  for (const [roomId, numbered] of pushes.rooms) checkRealTime(roomId, numbered, verdict);
}

/** A client saw each room's messages in the room's order. */
export function checkClientOrder(client: ClientRecord, pushes: readonly PushRecord[], verdict: VerdictBuilder): void {
  const last = new Map<string, PushRecord>();
  for (let row = 0; row < client.seen.size; row += 1) {
    const push = pushes[client.seen.pushAt(row)];
    if (push?.target.kind !== 'room' || push.position === undefined) continue;
    const { roomId } = push.target;
    const before = last.get(roomId);
    if (before?.position !== undefined && comparePositions(push.position, before.position) < 0) {
      verdict.report('reordered', () => `${client.deviceId} saw push ${client.seen.pushAt(row)} after a later one`);
    } else last.set(roomId, push);
  }
}

function checkRealTime(roomId: string, numbered: readonly Numbered[], verdict: VerdictBuilder): void {
  const placed = numbered.flatMap(([number, push]) =>
    push.position === undefined ? [] : [{ number, push, position: push.position }],
  );
  let latestAskedMs = -Infinity;
  for (const { number, push } of placed.toSorted((a, b) => comparePositions(a.position, b.position))) {
    if (push.answeredAtMs < latestAskedMs) {
      verdict.report('reordered', () => `push ${number} of room ${roomId} stands behind one that came after it`);
    }
    latestAskedMs = Math.max(latestAskedMs, push.askedAtMs);
  }
}
