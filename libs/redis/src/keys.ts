import { createHash } from 'node:crypto';
import { bucketOf, PRESENCE_BUCKETS } from './bucket.ts';

/*
 * Every key. What is in braces is the hash tag: keys that one script touches share it, so all of this runs on a cluster.
 * Owner | key | kind: content | expiry
 * leases    lw:{l:<lease>}             hash: holder, epoch, until                       ttl + 1 day
 *           lw:{g:<group>}             zset: candidate -> deadline ms                   longest ttl
 * presence  lw:{u<n>}:conns:<user>     hash: connection -> route JSON                   30 days after the last change
 *           lw:{u<n>}:online           set: users with connections                      the same, as all of presence:
 *           lw:{d<n>}:conns:<device>   hash, as for users                               sweeping and snapshots remove it
 *           lw:{d<n>}:online           set, as for users                                long before, the expiry only
 *           lw:{r<n>}:conns:<room>     hash: connection -> principal|node|incarnation   catches what both missed
 *           lw:{r<n>}:in:<room>        hash: principal -> count|stay
 *           lw:{r<n>}:nodes:<room>     hash: node|incarnation -> count|hash of its connections
 *           lw:{r<n>}:sizes            zset: rooms with connections -> how many
 *           lw:{r<n>}:untold           zset: pending leave (room|principal) or event (its id) -> when it is due, ms
 *           lw:{r<n>}:untold-facts     hash: the same -> stay|connection|device|at ms, for events without the stay;
 *                                      asked -> ms when somebody last asked|ms until which nothing is handed out
 *           lw:{n:<node>}:lease        hash: incarnation, known, until
 *           lw:{n:<node>}:runs         set: incarnations on record
 *           lw:{n:<node>}:sessions:<incarnation>   hash: connection -> rooms, newline, session JSON
 *           lw:{n:<node>}:digests:<incarnation>    hash: room, '' for all, -> count|hash of the connections on record
 *           lw:{presence}:nodes        set: nodes with runs on record
 * events    lw:{events}:log            stream: n (number), e (event JSON)               24 h after the last append
 *           lw:{events}:count          string: number of the last event                 the same
 *           lw:{events}:cursors        hash: reader -> epoch|position                   none: one field per reader
 * nodes     lw:{nodes}:facts|load|since   hashes by node; lw:{nodes}:until zset         30 days after the last report
 *           lw:{nodes}:decided         hash: node -> state|weight                       none: an operator's word stands
 *           lw:{nodes}:version         string                                           none: it must never fall
 * rooms     lw:{z<n>}:zones            hash: room -> zone                               none: set by the business, until DELETE
 * keys      lw:{keys}:by-hash|hash-of  hashes                                           none: until the key is revoked
 * requests  lw:{i:<sha256 of key>}     hash: body, token or result                              claim ttl, then 24 h
 */

/** One index of connections: of users (`u`) or of devices (`d`). */
export type RouteKind = 'u' | 'd';

export const leaseKey = (leaseId: string): string => `lw:{l:${leaseId}}`;
export const groupKey = (group: string): string => `lw:{g:${group}}`;

const tagOf = (kind: string, id: string, count: number): string => `lw:{${kind}${bucketOf(id, count)}}`;
const presenceTag = (kind: string, id: string): string => tagOf(kind, id, PRESENCE_BUCKETS);

export const routesKey = (kind: RouteKind, id: string): string => `${presenceTag(kind, id)}:conns:${id}`;
export const routeKeys = (kind: RouteKind, id: string): readonly string[] => [
  routesKey(kind, id),
  `${presenceTag(kind, id)}:online`,
];
export const onlineUsersKey = (bucket: number): string => `lw:{u${bucket}}:online`;

export const roomConnectionsKey = (roomId: string): string => `${presenceTag('r', roomId)}:conns:${roomId}`;
export const roomNodesKey = (roomId: string): string => `${presenceTag('r', roomId)}:nodes:${roomId}`;
export const untoldKeys = (bucket: number): readonly [string, string] => [
  `lw:{r${bucket}}:untold`,
  `lw:{r${bucket}}:untold-facts`,
];
export const roomSizesKey = (bucket: number): string => `lw:{r${bucket}}:sizes`;
/** The six keys of change-room.lua, in its order. */
export function roomKeys(roomId: string): readonly string[] {
  const bucket = bucketOf(roomId, PRESENCE_BUCKETS);
  const principals = `lw:{r${bucket}}:in:${roomId}`;
  return [roomConnectionsKey(roomId), principals, roomNodesKey(roomId), roomSizesKey(bucket), ...untoldKeys(bucket)];
}

export const presenceNodesKey = 'lw:{presence}:nodes';
export const nodeLeaseKey = (nodeId: string): string => `lw:{n:${nodeId}}:lease`;
export const nodeRunsKey = (nodeId: string): string => `lw:{n:${nodeId}}:runs`;
export const runSessionsKey = (nodeId: string, incarnation: number | string): string =>
  `lw:{n:${nodeId}}:sessions:${incarnation}`;
export const runDigestsKey = (nodeId: string, incarnation: number | string): string =>
  `lw:{n:${nodeId}}:digests:${incarnation}`;

export const eventLogKey = 'lw:{events}:log';
export const eventCountKey = 'lw:{events}:count';
export const eventCursorsKey = 'lw:{events}:cursors';

export const nodeDirectoryKeys = {
  facts: 'lw:{nodes}:facts',
  load: 'lw:{nodes}:load',
  until: 'lw:{nodes}:until',
  since: 'lw:{nodes}:since',
  decided: 'lw:{nodes}:decided',
  version: 'lw:{nodes}:version',
} as const;

export const zonesKey = (roomId: string): string => `${presenceTag('z', roomId)}:zones`;

export const credentialKeys = ['lw:{keys}:by-hash', 'lw:{keys}:hash-of'] as const;

/** Hashed, since a key is the caller's text and could hold braces or be long. */
export const requestKey = (key: string): string => `lw:{i:${createHash('sha256').update(key).digest('hex')}}`;
