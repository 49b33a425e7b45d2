import { trustedId } from '@longwire/domain';
import type { Addressee, Message } from '@longwire/domain';

/** All of a message but its payload, as text. */
export function encodeHead(message: Message): string {
  const { messageId, target, lane, isAckWanted, ttlMs, acceptedAtMs } = message;
  return JSON.stringify({ messageId, target, lane, isAckWanted, ttlMs, acceptedAtMs });
}

/** Reads what {@link encodeHead} wrote; the payload is copied, so that it does not hold a whole reply in memory. */
export function decodeMessage(head: Buffer, payload: Buffer): Message {
  return { ...(JSON.parse(head.toString()) as Omit<Message, 'payload'>), payload: new Uint8Array(payload) };
}

/** Reads what `addresseeKey` of domain wrote. */
export function decodeAddressee(key: string): Addressee {
  const id = key.slice(key.indexOf(':') + 1);
  return key.startsWith('user:') ? { kind: 'user', id: trustedId(id) } : { kind: 'device', id: trustedId(id) };
}

/** One delivery as the zset member it is known by; `|` is in no id. */
export function deliveryMember(messageId: string, addressee: string): string {
  return `${messageId}|${addressee}`;
}

export function splitMember(member: string): readonly [messageId: string, addressee: string] {
  const bar = member.indexOf('|');
  return [member.slice(0, bar), member.slice(bar + 1)];
}
