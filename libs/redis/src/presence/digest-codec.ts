import { trustedId } from '@longwire/domain';
import type { RoomDigest, RoomId } from '@longwire/domain';

type Digest = Omit<RoomDigest, 'roomId'>;

export function encodeDigest({ count, hash }: Digest): string {
  return `${count}|${hash}`;
}

/** Reads `count|hash`; an absent one is that of no connection. */
export function decodeDigest(text: string | null | undefined): Digest {
  const [count = 0, hash = 0] = (text ?? '').split('|').map(Number);
  return { count, hash };
}

/** Reads a reply of HGETALL or HSCAN: a list of fields and values in turn. */
export function decodePairs(reply: unknown): readonly (readonly [string, string])[] {
  const fields = reply as readonly string[];
  return fields.flatMap((field, index): [string, string][] =>
    index % 2 === 0 ? [[field, fields[index + 1] ?? '']] : [],
  );
}

/** Reads a run's digests. */
export function decodeRoomDigests(reply: unknown): readonly RoomDigest[] {
  return decodePairs(reply).map(([room, digest]) => ({
    roomId: room === '' ? '' : trustedId<RoomId>(room),
    ...decodeDigest(digest),
  }));
}
