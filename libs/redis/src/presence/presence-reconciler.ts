import { differingRooms, digestRooms, GUEST_USER_ID, sliceOf, trustedId } from '@longwire/domain';
import type { NodeIncarnation, RoomDigest, RoomId, Session, SessionDigest } from '@longwire/domain';
import { createBucketRound, PRESENCE_BUCKETS } from '../bucket.ts';
import {
  nodeLeaseKey,
  roomSizesKey,
  roomConnectionsKey,
  roomNodesKey,
  runDigestsKey,
  runSessionsKey,
} from '../keys.ts';
import { luaScript } from '../lua-script.ts';
import type { RedisCommands } from '../redis-commands.ts';
import { decodeDigest, decodePairs, decodeRoomDigests, encodeDigest } from './digest-codec.ts';
import { IndexChanges, placeOf } from './index-changes.ts';
import { PRESENCE_EXPIRY_S } from './presence-writer.ts';
import type { PresenceWriter } from './presence-writer.ts';
import { decodeSession } from './session-record.ts';

const putDigests = luaScript('put-digests');

/** Rooms whose index is compared with the record at a time; the others have their turn at the next digests. */
const MAX_INDEX_ROOMS = 1000;
const SCAN_COUNT = '1000';

/**
 * Finds what differs between a node, its records and the room indexes. The records are compared whole each time, by the
 * digests that are kept beside them; of the indexes a bounded number of rooms, in turns, and of the rooms that the node
 * is not on record for one bucket in 64.
 */
export class PresenceReconciler {
  readonly #commands: RedisCommands;
  readonly #writer: PresenceWriter;
  readonly #nextRound = createBucketRound(PRESENCE_BUCKETS);
  #turn = 0;

  constructor(commands: RedisCommands, writer: PresenceWriter) {
    this.#commands = commands;
    this.#writer = writer;
  }

  async reconcile(node: NodeIncarnation, digest: SessionDigest): Promise<'same' | 'differs'> {
    const { nodeId, incarnation } = node;
    const [current, sessions, recorded] = await Promise.all([
      this.#commands.call('HGET', nodeLeaseKey(nodeId), 'incarnation'),
      this.#commands.call('HLEN', runSessionsKey(nodeId, incarnation)),
      this.#commands.call('HGETALL', runDigestsKey(nodeId, incarnation)).then(decodeRoomDigests),
    ]);
    if (current !== null && Number(current) !== incarnation) return 'same';
    const astray = await this.#indexesThatDiffer(node, recorded);
    for (const roomId of astray) await this.#dropStrays(node, roomId);
    const isWhole = sessions === (recorded.find(({ roomId }) => roomId === '')?.count ?? 0);
    return isWhole && astray.length === 0 && differingRooms(digest, recorded).length === 0 ? 'same' : 'differs';
  }

  /** Makes the digests of a run agree with its records. Only while nothing changes the run. */
  async putDigestsRight({ nodeId, incarnation }: NodeIncarnation): Promise<void> {
    const [records, digests] = await Promise.all([
      this.#commands.call('HVALS', runSessionsKey(nodeId, incarnation)),
      this.#commands.call('HGETALL', runDigestsKey(nodeId, incarnation)),
    ]);
    const right = digestRooms((records as string[]).map(decodeSession));
    const whole = { slice: 0, slices: 1, rooms: right };
    if (differingRooms(whole, decodeRoomDigests(digests)).length === 0) return;
    const fields = right.flatMap((room) => [room.roomId, encodeDigest(room)]);
    await this.#commands.script(putDigests, [runDigestsKey(nodeId, incarnation)], [PRESENCE_EXPIRY_S, ...fields]);
  }

  async #indexesThatDiffer(node: NodeIncarnation, recorded: readonly RoomDigest[]): Promise<readonly RoomId[]> {
    this.#turn += 1;
    const expected = new Map(recorded.map((room) => [room.roomId, room]));
    const looked = [...inTurn(recorded, this.#turn), ...(await this.#someOpenRooms(expected))];
    const place = placeOf(node);
    const held = await Promise.all(looked.map((room) => this.#commands.call('HGET', roomNodesKey(room), place)));
    return looked.filter((roomId, index) => {
      const { count, hash } = expected.get(roomId) ?? { count: 0, hash: 0 };
      const other = decodeDigest(held[index] as string | null);
      return other.count !== count || other.hash !== hash;
    });
  }

  /** Open rooms of one bucket that the node is not on record for. */
  async #someOpenRooms(recorded: ReadonlyMap<string, unknown>): Promise<readonly RoomId[]> {
    const [bucket = 0] = this.#nextRound();
    const open = (await this.#commands.call('ZRANDMEMBER', roomSizesKey(bucket), MAX_INDEX_ROOMS)) as string[];
    return open.filter((room) => !recorded.has(room)).map((room) => trustedId<RoomId>(room));
  }

  /** Takes out of one room what it holds of this run and the run's records do not; then its digest is right as well. */
  async #dropStrays(node: NodeIncarnation, roomId: RoomId): Promise<void> {
    const place = placeOf(node);
    const strays = new IndexChanges(node);
    const kept: Pick<Session, 'connectionId' | 'rooms'>[] = [];
    for (const [connectionId, entry] of await this.#scan(roomConnectionsKey(roomId))) {
      const [principal = '', ...rest] = entry.split('|');
      if (rest.join('|') !== place) continue;
      const record = await this.#commands.call('HGET', runSessionsKey(node.nodeId, node.incarnation), connectionId);
      const session = typeof record === 'string' ? decodeSession(record) : undefined;
      if (session?.rooms.includes(roomId) === true) kept.push({ connectionId: session.connectionId, rooms: [roomId] });
      else strays.leave(roomId, session ?? strayOf(connectionId, principal));
    }
    await this.#writer.writeIndexes(strays);
    const right = digestRooms(kept).find((room) => room.roomId === roomId);
    if (right === undefined) await this.#commands.call('HDEL', roomNodesKey(roomId), place);
    else await this.#commands.call('HSET', roomNodesKey(roomId), place, encodeDigest(right));
  }

  async #scan(key: string): Promise<ReadonlyMap<string, string>> {
    const found = new Map<string, string>();
    let cursor = '0';
    do {
      const [next, fields] = (await this.#commands.call('HSCAN', key, cursor, 'COUNT', SCAN_COUNT)) as [
        string,
        unknown,
      ];
      for (const [field, value] of decodePairs(fields)) found.set(field, value);
      cursor = next;
    } while (cursor !== '0');
    return found;
  }
}

/** At most {@link MAX_INDEX_ROOMS} of the rooms, other ones each turn. */
function inTurn(rooms: readonly RoomDigest[], turn: number): readonly RoomId[] {
  const parts = Math.max(1, Math.ceil(rooms.length / MAX_INDEX_ROOMS));
  return rooms.flatMap(({ roomId }) => (roomId !== '' && sliceOf(roomId, parts) === turn % parts ? [roomId] : []));
}

/** As much of a session without a record as leaving a room takes. */
function strayOf(connectionId: string, principal: string): Session {
  const id = principal.slice(2);
  return {
    connectionId: trustedId(connectionId),
    userId: principal.startsWith('u:') && id !== GUEST_USER_ID ? trustedId(id) : null,
    deviceId: trustedId(principal.startsWith('d:') ? id : '-'),
    platform: '',
    rooms: [],
    connectedAtMs: 0,
  };
}
