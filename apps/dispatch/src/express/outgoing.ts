import { withLwField } from '@longwire/domain';
import type { Addressee, LwField, Message } from '@longwire/domain';
import { encodeMessageFrame } from '@longwire/wire';

/** What is needed of a message to send it. */
export interface OutgoingMessage extends Pick<Message, 'messageId' | 'payload' | 'lane' | 'isAckWanted'> {
  readonly isTraced?: boolean | undefined;
  /** Wall clock of the service, ms since 1970, on the first sending alone: how long it was on its way is then measured. */
  readonly acceptedAtMs?: number | undefined;
}

/** One message on its way to one user or device. */
export interface Delivery {
  readonly message: OutgoingMessage;
  readonly addressee: Addressee;
}

/** The one plain frame (op 5) of a message, with the field `lw`. Throws RangeError when the payload is no JSON object. */
export function frameOf(message: OutgoingMessage): Uint8Array {
  return encodeMessageFrame(withLwField(message.payload, lwOf(message)));
}

/** Whoever is to ack must be told so, also in the bulk lane; else bulk carries the id alone. */
function lwOf({ messageId, lane, isAckWanted }: OutgoingMessage): LwField {
  if (isAckWanted || lane === 'express') return { id: messageId, ack: isAckWanted };
  return { id: messageId };
}
