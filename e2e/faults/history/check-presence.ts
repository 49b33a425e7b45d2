/** One entry of the enter and leave log. */
export interface LoggedEvent {
  readonly type: 'room.enter' | 'room.leave';
  readonly roomId: string;
  readonly deviceId: string;
}

/** What a client really did: in which rooms it was, and how many of its absences were longer than the grace time. */
export interface RealPresence {
  readonly deviceId: string;
  readonly rooms: readonly string[];
  /** Absences that may have been long enough to count as a leave and an enter. */
  readonly longAbsences: number;
  readonly isStillIn: boolean;
}

/**
 * Compares the enter and leave log with what clients did: enters and leaves take turns, one pair for each time that a
 * client was really there, and none for a short absence. Returns what is wrong, in words. Pure.
 */
export function checkPresenceLog(log: readonly LoggedEvent[], real: readonly RealPresence[]): readonly string[] {
  const byPlace = new Map<string, LoggedEvent['type'][]>();
  for (const { type, roomId, deviceId } of log) {
    const key = `${deviceId} in ${roomId}`;
    const list = byPlace.get(key) ?? [];
    list.push(type);
    byPlace.set(key, list);
  }
  const wrong: string[] = [];
  for (const { deviceId, rooms, longAbsences, isStillIn } of real) {
    for (const roomId of rooms) {
      const key = `${deviceId} in ${roomId}`;
      const found = faultOf(byPlace.get(key) ?? [], longAbsences, isStillIn);
      if (found !== undefined) wrong.push(`${key}: ${found}`);
      byPlace.delete(key);
    }
  }
  for (const key of byPlace.keys()) wrong.push(`${key}: was never there`);
  return wrong;
}

function faultOf(types: readonly LoggedEvent['type'][], longAbsences: number, isStillIn: boolean): string | undefined {
  const turn = types.findIndex((type, index) => type !== (index % 2 === 0 ? 'room.enter' : 'room.leave'));
  if (turn !== -1) return `${types[turn]} out of turn: ${types.join(' ')}`;
  const enters = Math.ceil(types.length / 2);
  if (enters === 0) return 'no enter';
  if (enters > 1 + longAbsences) return `${enters} enters with ${longAbsences} long absences`;
  const isIn = types.length % 2 === 1;
  if (isIn !== isStillIn) return isIn ? 'no leave' : 'a leave of one who is there';
  return undefined;
}
