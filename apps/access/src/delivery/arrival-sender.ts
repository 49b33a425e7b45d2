import type { Bus, Clock, NodeId } from '@longwire/domain';
import { ArrivalBatch } from '@longwire/protos/bus/v1';
import type { Arrival } from '@longwire/protos/bus/v1';
import type { Connection } from '../connection/connection.ts';
import { Gatherer } from './gatherer.ts';

const GATHER_MS = 20;
const MAX_ARRIVALS = 256;

export interface ArrivalSenderOptions {
  readonly expressBus: Pick<Bus, 'publish'>;
  readonly clock: Clock;
  readonly nodeId: NodeId;
}

/**
 * Says who has just authenticated, in small batches, so that what is pending for them is sent at once. One that is lost
 * only delays: the retries of what is pending find the connection too.
 */
export class ArrivalSender {
  readonly #gathered: Gatherer<Arrival>;

  constructor({ expressBus, clock, nodeId }: ArrivalSenderOptions) {
    this.#gathered = new Gatherer({
      clock,
      spanMs: GATHER_MS,
      maxItems: MAX_ARRIVALS,
      flush: (arrivals) => {
        expressBus.publish({ kind: 'arrivals' }, ArrivalBatch.encode({ nodeId, arrivals: [...arrivals] }).finish());
      },
    });
  }

  send({ connectionId, userId, deviceId }: Connection): void {
    this.#gathered.add({ connectionId, userId: userId ?? '', deviceId });
  }

  /** Says it of all who are here. */
  sendAll(connections: readonly Connection[]): void {
    for (const connection of connections) if (connection.state === 'open') this.send(connection);
  }

  /** Sends what is gathered. */
  stop(): void {
    this.#gathered.flushNow();
  }
}
