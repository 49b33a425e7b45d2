/** A member as far as places go: the rooms it is in, and its place in the array of each. */
export interface Placed {
  readonly rooms: readonly object[];
  readonly roomIndexes: number[];
}

/** A room as far as places go. */
export interface Places<M extends Placed> {
  readonly members: M[];
}

/** Where the member stands in the room's array; -1 when it is not in the room. */
export function placeOf(room: object, member: Placed): number {
  return member.roomIndexes[member.rooms.indexOf(room)] ?? -1;
}

/** Puts a member of the room into a place of its array. Whoever stood there has been taken care of. */
export function putAt<M extends Placed>(room: Places<M>, member: M, index: number): void {
  room.members[index] = member;
  member.roomIndexes[member.rooms.indexOf(room)] = index;
}

/** Lets the members at two places of the room's array change them. */
export function swap<M extends Placed>(room: Places<M>, one: number, other: number): void {
  const [first, second] = [room.members[one], room.members[other]];
  if (first === undefined || second === undefined || one === other) return;
  putAt(room, first, other);
  putAt(room, second, one);
}
