import { addresseeKey, trustedId } from '@longwire/domain';
import type { Addressee, Clock, ConnectionId, DeviceId, NodeId, UserId } from '@longwire/domain';
import { ArrivalBatch } from '@longwire/protos/bus/v1';
import type { ExpressTraces } from '../trace/express-traces.ts';
import type { ExpressSender } from './express-sender.ts';
import type { Ledger } from './ledger/ledger.ts';
import type { TrackedMessage } from './ledger/tracked-message.ts';

export interface ArrivalReceiverOptions {
  readonly ledger: Ledger;
  readonly sender: Pick<ExpressSender, 'deliverTo'>;
  readonly clock: Clock;
  readonly isMine: (messageId: string) => boolean;
  readonly traces: Pick<ExpressTraces, 'sent'>;
  readonly onArrivals: (connections: number) => void;
  readonly onMalformed: () => void;
}

interface Newcomer {
  readonly nodeId: NodeId;
  readonly connectionId: ConnectionId;
  readonly userId: UserId | null;
  readonly deviceId: DeviceId;
}

/** Payload bytes sent to one connection at once; the rest follows in portions, so that it does not burst its outbox. */
const PORTION_BYTES = 128 * 1024;
const PORTION_MS = 250;
/** The first round after an arrival makes up for a frame that was lost. */
const AGAIN_MS = 1000;

/**
 * Sends what is pending for users and devices that have just connected, straight to the new connection, oldest first, and
 * begins the retry plan of these messages anew.
 */
export class ArrivalReceiver {
  readonly #options: ArrivalReceiverOptions;

  constructor(options: ArrivalReceiverOptions) {
    this.#options = options;
  }

  /** Takes one ArrivalBatch; never throws. */
  receive(payload: Uint8Array): void {
    let batch: ArrivalBatch;
    try {
      batch = ArrivalBatch.decode(payload);
    } catch {
      this.#options.onMalformed();
      return;
    }
    this.#options.onArrivals(batch.arrivals.length);
    const nodeId = trustedId<NodeId>(batch.nodeId);
    for (const { connectionId, userId, deviceId } of batch.arrivals) {
      this.#welcome({
        nodeId,
        connectionId: trustedId<ConnectionId>(connectionId),
        userId: userId === '' ? null : trustedId<UserId>(userId),
        deviceId: trustedId<DeviceId>(deviceId),
      });
    }
  }

  #welcome(newcomer: Newcomer): void {
    const { ledger, clock, isMine } = this.#options;
    const nowMs = clock.now();
    let bytes = 0;
    for (const tracked of ledger.waitingFor(newcomer.userId, newcomer.deviceId)) {
      const portion = Math.floor(bytes / PORTION_BYTES);
      bytes += tracked.message.payload.length;
      if (portion > 0) {
        tracked.isForAll = true;
        ledger.restart(tracked, nowMs + portion * PORTION_MS);
        continue;
      }
      if (isMine(tracked.message.messageId) && tracked.expiresAtMs > nowMs) this.#send(tracked, newcomer);
      ledger.restart(tracked, nowMs + AGAIN_MS);
    }
  }

  #send(tracked: TrackedMessage, newcomer: Newcomer): void {
    const { userId, deviceId } = newcomer;
    const device: Addressee = { kind: 'device', id: deviceId };
    const addressees: readonly Addressee[] = userId === null ? [device] : [{ kind: 'user', id: userId }, device];
    const wanted = addressees.filter((addressee) => tracked.wants(addresseeKey(addressee), deviceId));
    for (const addressee of wanted) tracked.noteSent(addresseeKey(addressee), [newcomer]);
    // It has waited for somebody to come: that is no measure of the way.
    const message = { ...tracked.message, isTraced: true, acceptedAtMs: undefined };
    if (wanted.length > 0) this.#options.traces.sent(message, tracked.attempts, [newcomer]);
    this.#options.sender.deliverTo(
      wanted.map((addressee) => ({ message, addressee })),
      () => [newcomer],
    );
  }
}
