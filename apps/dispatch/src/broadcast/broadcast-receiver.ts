import { ENCODING_BITS, trustedId, withLwField } from '@longwire/domain';
import type { Bus, MessageId, Respond } from '@longwire/domain';
import { Broadcast, BroadcastPush, BroadcastPushReply } from '@longwire/protos/bus/v1';
import type { TraceSink } from '@longwire/vitals';
import type { BatchEncoder } from '../compress/batch-encoder.ts';

/** Access nodes make zlib themselves where a client needs it: few do, and a broadcast goes to every node. */
const BROADCAST_ENCODINGS = ENCODING_BITS.plain | ENCODING_BITS.brotli;

export const BROADCAST_OUTCOMES = ['sent', 'unavailable', 'malformed'] as const;
export type BroadcastOutcome = (typeof BROADCAST_OUTCOMES)[number];

export interface BroadcastReceiverOptions {
  readonly bus: Bus;
  readonly encoder: BatchEncoder;
  readonly traces: TraceSink;
  readonly onOutcome: (outcome: BroadcastOutcome) => void;
}

/**
 * Takes a bulk message for a zone or for all, encodes it once per encoding and publishes it once, to every access node.
 * `is_accepted` says that it is on its way; false that the bus did not take it.
 */
export class BroadcastReceiver {
  readonly #options: BroadcastReceiverOptions;

  constructor(options: BroadcastReceiverOptions) {
    this.#options = options;
  }

  /** Takes one BroadcastPush; never throws. */
  receive(payload: Uint8Array, respond: Respond | undefined): void {
    const outcome = this.#send(payload);
    this.#options.onOutcome(outcome);
    respond?.(BroadcastPushReply.encode({ isAccepted: outcome === 'sent' }).finish());
  }

  #send(payload: Uint8Array): BroadcastOutcome {
    const { bus, encoder, traces } = this.#options;
    try {
      const { messageId, zoneId, payload: text, isTraced, acceptedAtMs } = BroadcastPush.decode(payload);
      if (isTraced) traces.note({ messageId, lane: 'bulk', stage: 'taken' });
      const body = withLwField(text, { id: trustedId<MessageId>(messageId) });
      const encodings = encoder.encode([body], BROADCAST_ENCODINGS);
      const broadcast = { messageId, zoneId, encodings, acceptedAtMs, isTraced };
      const outcome = bus.publish({ kind: 'broadcast' }, Broadcast.encode(broadcast).finish());
      if (isTraced && outcome === 'sent') traces.note({ messageId, lane: 'bulk', stage: 'forwarded' });
      return outcome;
    } catch {
      return 'malformed';
    }
  }
}
