import { hashOfId } from '@longwire/domain';
import type { NodeIncarnation, PresenceEvent, RoomId, SessionChange } from '@longwire/domain';
import {
  nodeLeaseKey,
  nodeRunsKey,
  presenceNodesKey,
  roomKeys,
  routeKeys,
  runDigestsKey,
  runSessionsKey,
} from '../keys.ts';
import type { RouteKind } from '../keys.ts';
import { luaScript } from '../lua-script.ts';
import type { RedisCommands } from '../redis-commands.ts';
import { addChange, IndexChanges, sessionAfter } from './index-changes.ts';
import type { RoomOps } from './index-changes.ts';
import { enterEvent } from './presence-events.ts';
import { decodeRooms, encodeHead, encodeRooms, encodeSession } from './session-record.ts';

const beginChanges = luaScript('begin-changes');
const finishChanges = luaScript('finish-changes');
const changeRoutes = luaScript('change-routes');
const changeRoom = luaScript('change-room');

/** Catches what neither sweeps nor snapshots remove. */
export const PRESENCE_EXPIRY_S = 30 * 24 * 3600;
const UNRENEWED_TTL_MS = 5000;

/** What the last step leaves of a record: nothing when `text` is empty; only worth a write when it `isShorter`. */
interface FinalRecord {
  readonly text: string;
  readonly isShorter: boolean;
}

export interface PresenceTimes {
  readonly leaveGraceMs: number;
  readonly eventHoldMs: number;
}

/**
 * Writes session changes in three steps: the node's records first, then the indexes (rooms, users, devices), then what the
 * records need no more. A record names at least what the indexes hold, so whatever breaks off can be repaired by a snapshot
 * or swept.
 */
export class PresenceWriter {
  readonly #commands: RedisCommands;
  readonly #leaveGraceMs: number;
  readonly #eventHoldMs: number;

  constructor(commands: RedisCommands, { leaveGraceMs, eventHoldMs }: PresenceTimes) {
    this.#commands = commands;
    this.#leaveGraceMs = leaveGraceMs;
    this.#eventHoldMs = eventHoldMs;
  }

  /** Applies changes in order; undefined when the run is outdated, and nothing was changed then. */
  async apply(node: NodeIncarnation, changes: readonly SessionChange[]): Promise<readonly PresenceEvent[] | undefined> {
    const recorded = await this.#begin(node, changes);
    if (recorded === undefined) return undefined;
    const roomsNow = new Map<string, readonly RoomId[]>();
    const finals = new Map<string, FinalRecord>();
    const indexes = new IndexChanges(node);
    for (const [index, change] of changes.entries()) {
      const { connectionId } = change.session;
      const after = sessionAfter(change);
      const before = roomsNow.get(connectionId) ?? recorded[index];
      addChange(indexes, { change, before });
      roomsNow.set(connectionId, after.rooms);
      const isShorter = change.type === 'close' || before?.some((roomId) => !after.rooms.includes(roomId)) === true;
      const text = change.type === 'close' ? '' : encodeSession(after);
      finals.set(connectionId, { text, isShorter: isShorter || finals.get(connectionId)?.isShorter === true });
    }
    const events = await this.writeIndexes(indexes);
    await this.#finish(node, finals);
    return events;
  }

  /** Writes the indexes, one call per key, all at once; returns the enters in the order of their changes. */
  async writeIndexes({ users, devices, rooms }: IndexChanges): Promise<readonly PresenceEvent[]> {
    const [enters] = await Promise.all([
      Promise.all([...rooms].map(([roomId, ops]) => this.#changeRoom(roomId, ops))),
      ...[...users].map(([id, args]) => this.#changeRoutes('u', id, args)),
      ...[...devices].map(([id, args]) => this.#changeRoutes('d', id, args)),
    ]);
    return enters
      .flat()
      .toSorted((a, b) => a.order - b.order)
      .map(({ event }) => event);
  }

  /** Rooms on record before each change, undefined where there was no record. */
  async #begin(node: NodeIncarnation, changes: readonly SessionChange[]) {
    const { nodeId, incarnation } = node;
    const keys = [
      nodeLeaseKey(nodeId),
      runSessionsKey(nodeId, incarnation),
      nodeRunsKey(nodeId),
      runDigestsKey(nodeId, incarnation),
    ];
    const args = changes.flatMap((change) => {
      const after = sessionAfter(change);
      const head = change.type === 'close' ? '' : encodeHead(after);
      return [after.connectionId, hashOfId(after.connectionId), encodeRooms(after.rooms), head];
    });
    const [reply] = await Promise.all([
      this.#commands.script(beginChanges, keys, [incarnation, UNRENEWED_TTL_MS, PRESENCE_EXPIRY_S, ...args]),
      this.#commands.call('SADD', presenceNodesKey, nodeId),
    ]);
    if (reply === null) return undefined;
    return (reply as string[]).map((rooms) => (rooms === '-' ? undefined : decodeRooms(rooms)));
  }

  /** Removes the records of sessions that a sweep has taken from the indexes; the run is unknown from here on. */
  async finishSweep(node: NodeIncarnation, connectionIds: readonly string[]): Promise<void> {
    const args = connectionIds.flatMap((connectionId) => [connectionId, hashOfId(connectionId), '']);
    await this.#commands.script(finishChanges, finishKeys(node), [node.incarnation, ...args]);
  }

  async #finish(node: NodeIncarnation, finals: ReadonlyMap<string, FinalRecord>): Promise<void> {
    const args = [...finals].flatMap(([connectionId, { text, isShorter }]) =>
      isShorter ? [connectionId, hashOfId(connectionId), text] : [],
    );
    if (args.length > 0) await this.#commands.script(finishChanges, finishKeys(node), ['', ...args]);
  }

  async #changeRoom(roomId: RoomId, { args, origins }: RoomOps) {
    const head = [roomId, this.#leaveGraceMs, this.#eventHoldMs, PRESENCE_EXPIRY_S];
    const reply = await this.#commands.script(changeRoom, roomKeys(roomId), [...head, ...args]);
    const stays = decodeStays(reply as readonly (string | number)[]);
    return origins.flatMap(({ order, session }, index) => {
      const stay = stays.get(index);
      return stay === undefined ? [] : [{ order, event: enterEvent(roomId, session, stay) }];
    });
  }

  async #changeRoutes(kind: RouteKind, id: string, args: readonly string[]): Promise<void> {
    await this.#commands.script(changeRoutes, routeKeys(kind, id), [id, PRESENCE_EXPIRY_S, ...args]);
  }
}

const finishKeys = ({ nodeId, incarnation }: NodeIncarnation): readonly string[] => [
  runSessionsKey(nodeId, incarnation),
  runDigestsKey(nodeId, incarnation),
  nodeLeaseKey(nodeId),
];

/** Reads pairs of a change's index and the stay it began. */
function decodeStays(reply: readonly (string | number)[]): ReadonlyMap<number, string> {
  const stays = new Map<number, string>();
  for (let index = 0; index < reply.length; index += 2) stays.set(Number(reply[index]), String(reply[index + 1]));
  return stays;
}
