import type { ExpressAck, Message } from '@longwire/domain';

interface MessageHead extends Omit<Message, 'payload'> {
  readonly acks: readonly ExpressAck[];
}

/** All of a message but its payload, with the acks carried with it, as text. */
export function encodeMessage(message: Message, acks: readonly ExpressAck[]): string {
  const { messageId, target, lane, isAckWanted, ttlMs, acceptedAtMs } = message;
  return JSON.stringify({ messageId, target, lane, isAckWanted, ttlMs, acceptedAtMs, acks } satisfies MessageHead);
}

/** Reads what {@link encodeMessage} wrote; it is this program's own, so it is trusted. */
export function decodeMessage(
  head: string,
  payload: Uint8Array,
): { readonly message: Message; readonly acks: readonly ExpressAck[] } {
  const { acks, ...rest } = JSON.parse(head) as MessageHead;
  return { message: { ...rest, payload }, acks };
}

export function encodeAcks(acks: readonly ExpressAck[]): string {
  return JSON.stringify(acks);
}

export function decodeAcks(head: string): readonly ExpressAck[] {
  return JSON.parse(head) as readonly ExpressAck[];
}
