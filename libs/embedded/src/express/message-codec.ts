import { trustedId } from '@longwire/domain';
import type { Addressee, Message } from '@longwire/domain';

/** All of a message but its payload, as text. */
export function encodeHead(message: Message): string {
  const { messageId, target, lane, isAckWanted, ttlMs, acceptedAtMs } = message;
  return JSON.stringify({ messageId, target, lane, isAckWanted, ttlMs, acceptedAtMs });
}

/** Reads what {@link encodeHead} wrote; it is this program's own, so it is trusted. */
export function decodeMessage(head: string, payload: Uint8Array): Message {
  return { ...(JSON.parse(head) as Omit<Message, 'payload'>), payload };
}

/** Reads what `addresseeKey` of domain wrote. */
export function decodeAddressee(key: string): Addressee {
  const colon = key.indexOf(':');
  const id = key.slice(colon + 1);
  return key.startsWith('user:') ? { kind: 'user', id: trustedId(id) } : { kind: 'device', id: trustedId(id) };
}
