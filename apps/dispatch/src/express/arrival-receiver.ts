import { addresseeKey, trustedId } from '@longwire/domain';
import type { Addressee, ConnectionId, ExpressStore, NodeId, PendingDelivery } from '@longwire/domain';
import { ArrivalBatch } from '@longwire/protos/bus/v1';
import { addresseesOfConnection } from './ack-receiver.ts';
import type { ConnectionPoint, ExpressSender } from './express-sender.ts';
import { retryDelayMs } from './retry-delay.ts';
import { TaskPool } from './task-pool.ts';

const POOL_LIMITS = { maxRunning: 16, maxWaiting: 1000 };
/** Few per call, so that one who was away for long does not use up the limit of many others. */
const ARRIVALS_PER_CALL = 50;
const TAKE_LIMIT = 500;

export interface ArrivalReceiverOptions {
  readonly store: Pick<ExpressStore, 'takePendingOf'>;
  readonly sender: Pick<ExpressSender, 'deliverTo'>;
  readonly onArrivals: (connections: number) => void;
  readonly onTaken: (deliveries: readonly PendingDelivery[]) => void;
  readonly onFault: (fault: unknown) => void;
  readonly onMalformed: () => void;
}

/**
 * Sends what is pending for users and devices that have just connected, straight to the new connection, oldest first.
 * What fails here, or does not fit, is sent by the retry loop a little later.
 */
export class ArrivalReceiver {
  readonly #options: ArrivalReceiverOptions;
  readonly #pool = new TaskPool(POOL_LIMITS);

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
    for (let start = 0; start < batch.arrivals.length; start += ARRIVALS_PER_CALL) {
      const { addressees, connections } = indexArrivals(nodeId, batch.arrivals.slice(start, start + ARRIVALS_PER_CALL));
      this.#pool.offer(() => this.#deliver(addressees, connections));
    }
  }

  idle(): Promise<void> {
    return this.#pool.idle();
  }

  async #deliver(addressees: readonly Addressee[], connections: ConnectionIndex): Promise<void> {
    const { store, sender, onTaken, onFault } = this.#options;
    try {
      const pending = await store.takePendingOf(addressees, TAKE_LIMIT, retryDelayMs);
      if (pending.length === 0) return;
      onTaken(pending);
      sender.deliverTo(pending, (addressee) => connections.get(addresseeKey(addressee)) ?? []);
    } catch (fault) {
      onFault(fault);
    }
  }
}

type ConnectionIndex = ReadonlyMap<string, readonly ConnectionPoint[]>;

function indexArrivals(
  nodeId: NodeId,
  arrivals: ArrivalBatch['arrivals'],
): { addressees: readonly Addressee[]; connections: ConnectionIndex } {
  const addressees = new Map<string, Addressee>();
  const connections = new Map<string, ConnectionPoint[]>();
  for (const { connectionId, userId, deviceId } of arrivals) {
    const point = { nodeId, connectionId: trustedId<ConnectionId>(connectionId) };
    for (const addressee of addresseesOfConnection(userId, deviceId)) {
      const key = addresseeKey(addressee);
      addressees.set(key, addressee);
      connections.set(key, [...(connections.get(key) ?? []), point]);
    }
  }
  return { addressees: [...addressees.values()], connections };
}
