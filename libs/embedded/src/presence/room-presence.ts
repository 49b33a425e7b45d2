import { GUEST_USER_ID, principalOf } from '@longwire/domain';
import type { Clock, NodeId, PresenceEvent, RoomId, Session } from '@longwire/domain';
import { SettleGate } from './settle-gate.ts';
import type { SettleTimes } from './settle-gate.ts';
import { UntoldEvents } from './untold-events.ts';

/** One unbroken presence of a principal in a room, grace included. */
interface Stay {
  readonly stayId: number;
  readonly connections: Set<string>;
}

interface Room {
  readonly connections: Map<string, { readonly principal: string; readonly nodeId: NodeId }>;
  readonly stays: Map<string, Stay>;
  readonly perNode: Map<NodeId, number>;
}

interface PendingLeave {
  readonly stay: Stay;
  readonly event: PresenceEvent;
  readonly dueAtMs: number;
}

export interface RoomPresenceOptions extends SettleTimes {
  readonly leaveGraceMs: number;
  readonly eventHoldMs: number;
}

/** Who is in which room, with the enter and leave events that follow from it. */
export class RoomPresence {
  readonly #clock: Clock;
  readonly #leaveGraceMs: number;
  readonly #untold: UntoldEvents;
  readonly #settle: SettleGate;
  readonly #rooms = new Map<RoomId, Room>();
  // In order of dueAtMs, since the grace is the same for all and a cancelled leave is deleted.
  readonly #leaves = new Map<string, PendingLeave>();
  #lastStayId = 0;

  constructor(clock: Clock, options: RoomPresenceOptions) {
    this.#clock = clock;
    this.#leaveGraceMs = options.leaveGraceMs;
    this.#untold = new UntoldEvents(clock, options.eventHoldMs);
    this.#settle = new SettleGate(clock, options);
  }

  /** Puts a connection into a room; hands out the enter event it caused. */
  add(roomId: RoomId, session: Session, nodeId: NodeId): PresenceEvent | undefined {
    const room = this.#rooms.get(roomId) ?? { connections: new Map(), stays: new Map(), perNode: new Map() };
    this.#rooms.set(roomId, room);
    const principal = principalOf(session);
    if (!room.connections.has(session.connectionId)) {
      room.connections.set(session.connectionId, { principal, nodeId });
      room.perNode.set(nodeId, (room.perNode.get(nodeId) ?? 0) + 1);
    }
    const known = room.stays.get(principal) ?? this.#returnWithinGrace(roomId, principal);
    const stay = known ?? this.#begin();
    stay.connections.add(session.connectionId);
    room.stays.set(principal, stay);
    if (known !== undefined) return undefined;
    const enter = eventOf('room.enter', roomId, session, { stayId: stay.stayId, at: Math.floor(stay.stayId / 1000) });
    this.#untold.addHeld(enter);
    return enter;
  }

  /** Takes a connection out of a room; when it was the principal's last one there, a leave begins to wait. */
  remove(roomId: RoomId, session: Session): void {
    const room = this.#rooms.get(roomId);
    const entry = room?.connections.get(session.connectionId);
    if (room === undefined || entry === undefined) return;
    room.connections.delete(session.connectionId);
    decrement(room.perNode, entry.nodeId);
    const stay = room.stays.get(entry.principal);
    stay?.connections.delete(session.connectionId);
    if (stay?.connections.size === 0) {
      room.stays.delete(entry.principal);
      this.#awaitLeave(roomId, session, stay);
    }
    if (room.connections.size === 0) this.#rooms.delete(roomId);
  }

  takeEvents(limit: number): readonly PresenceEvent[] {
    if (this.#waiting === 0 || !this.#settle.isOpen()) return [];
    for (const [key, leave] of this.#leaves) {
      if (leave.dueAtMs > this.#clock.monotonic()) break;
      this.#leaves.delete(key);
      this.#untold.add(leave.event);
    }
    return this.#untold.take(limit);
  }

  confirmEvents(events: readonly PresenceEvent[]): void {
    this.#untold.confirm(events);
    if (this.#waiting === 0) this.#settle.rest();
  }

  online(roomId: RoomId): number {
    return this.#rooms.get(roomId)?.connections.size ?? 0;
  }

  onlineAt(roomId: RoomId, nodeId: NodeId): number {
    return this.#rooms.get(roomId)?.perNode.get(nodeId) ?? 0;
  }

  /** Walks all rooms: for the few questions of operators. */
  largest(limit: number): readonly RoomId[] {
    const bySize = [...this.#rooms].toSorted(([, one], [, other]) => other.connections.size - one.connections.size);
    return bySize.slice(0, limit).map(([roomId]) => roomId);
  }

  get openRooms(): number {
    return this.#rooms.size;
  }

  get #waiting(): number {
    return this.#leaves.size + this.#untold.size;
  }

  #returnWithinGrace(roomId: RoomId, principal: string): Stay | undefined {
    const key = leaveKey(roomId, principal);
    const leave = this.#leaves.get(key);
    this.#leaves.delete(key);
    return leave?.stay;
  }

  #begin(): Stay {
    this.#lastStayId = Math.max(this.#lastStayId + 1, this.#clock.now() * 1000);
    return { stayId: this.#lastStayId, connections: new Set() };
  }

  #awaitLeave(roomId: RoomId, session: Session, stay: Stay): void {
    const principal = principalOf(session);
    const event = eventOf('room.leave', roomId, session, { stayId: stay.stayId, at: this.#clock.now() });
    const dueAtMs = this.#clock.monotonic() + this.#leaveGraceMs;
    this.#leaves.set(leaveKey(roomId, principal), { stay, event, dueAtMs });
  }
}

function eventOf(
  type: PresenceEvent['type'],
  roomId: RoomId,
  session: Session,
  when: { readonly stayId: number; readonly at: number },
): PresenceEvent {
  const { userId, deviceId, connectionId } = session;
  const eventId = `${type === 'room.enter' ? 'enter' : 'leave'}/${roomId}/${principalOf(session)}/${when.stayId}`;
  return { type, eventId, roomId, userId: userId ?? GUEST_USER_ID, deviceId, connectionId, at: when.at };
}

function leaveKey(roomId: RoomId, principal: string): string {
  return `${roomId} ${principal}`;
}

function decrement(counts: Map<NodeId, number>, nodeId: NodeId): void {
  const count = (counts.get(nodeId) ?? 0) - 1;
  if (count > 0) counts.set(nodeId, count);
  else counts.delete(nodeId);
}
