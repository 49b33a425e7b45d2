declare const brand: unique symbol;
/** A string that was checked once, at the edge, and is trusted from there on. */
export type Branded<Name extends string> = string & { readonly [brand]: Name };

export type UserId = Branded<'UserId'>;
export type DeviceId = Branded<'DeviceId'>;
export type RoomId = Branded<'RoomId'>;
export type ZoneId = Branded<'ZoneId'>;
/** One run of one process of a tier: `access-1`. A restarted process keeps its NodeId and takes a new incarnation. */
export type NodeId = Branded<'NodeId'>;
/** One live transport link, unique over all nodes and all time. */
export type ConnectionId = Branded<'ConnectionId'>;
export type MessageId = Branded<'MessageId'>;

type AnyId = UserId | DeviceId | RoomId | ZoneId | NodeId | ConnectionId | MessageId;

const ID_PATTERN = /^[A-Za-z0-9_.:-]{1,64}$/;

/** The user id `0` (and none at all) means a guest: a device without an account. */
export const GUEST_USER_ID = '0';

/**
 * Reads an id from outside: a string of `[A-Za-z0-9_.:-]{1,64}`, or a non-negative safe integer, which is turned into
 * its decimal string. Returns undefined for everything else; never throws.
 */
export function parseId<Id extends AnyId>(value: unknown): Id | undefined {
  const text = typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? String(value) : value;
  return typeof text === 'string' && ID_PATTERN.test(text) ? (text as Id) : undefined;
}

/** Brands an id that this system made or has already checked. Not for input from outside: see {@link parseId}. */
export function trustedId<Id extends AnyId>(value: string): Id {
  return value as Id;
}

/** Reads an optional user id; none, `""`, `0` and `"0"` are a guest (null). Returns undefined when it is not an id. */
export function parseUserId(value: unknown): UserId | null | undefined {
  if (value === undefined || value === null || value === '' || value === 0 || value === GUEST_USER_ID) return null;
  return parseId<UserId>(value);
}
