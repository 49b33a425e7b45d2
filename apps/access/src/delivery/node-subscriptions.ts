import type { Bus, NodeId, Subscription } from '@longwire/domain';
import type { AccessMetrics } from '../metrics.ts';
import { answerFromPast } from '../resume/answer-from-past.ts';
import type { RoomPast } from '../resume/room-past.ts';
import type { DemandReporter } from '../room/demand.ts';
import type { RoomTable } from '../room/room-table.ts';
import { applyZoneChanges } from '../room/zone-changes.ts';
import type { ZoneIndex } from '../room/zones.ts';
import type { BroadcastReceiver } from './broadcast-receiver.ts';
import type { DirectReceiver } from './direct-receiver.ts';

export interface NodeSubscriptionsOptions {
  readonly bulkBus: Bus;
  readonly expressBus: Bus;
  readonly nodeId: NodeId;
  readonly direct: DirectReceiver;
  readonly broadcasts: BroadcastReceiver;
  readonly demand: DemandReporter;
  readonly rooms: RoomTable;
  readonly zones: ZoneIndex;
  readonly past: RoomPast;
  readonly metrics: AccessMetrics;
}

/** The topics every access node listens to, whatever rooms it has. */
export class NodeSubscriptions {
  readonly #options: NodeSubscriptionsOptions;
  readonly #subscriptions: Subscription[] = [];

  constructor(options: NodeSubscriptionsOptions) {
    this.#options = options;
  }

  /** Resolves when all are in effect. Rejects with `bus-unavailable`, then stop it. */
  async start(): Promise<void> {
    const { bulkBus, expressBus, nodeId, direct, broadcasts, demand, rooms, zones, past } = this.#options;
    const { onRecoded } = this.#options.metrics;
    const pending = [
      bulkBus.subscribe({ kind: 'node', nodeId }, (payload) => direct.onCommand(payload)),
      expressBus.subscribe({ kind: 'node', nodeId }, (payload) => direct.onCommand(payload)),
      bulkBus.subscribe({ kind: 'broadcast' }, (payload) => broadcasts.onBroadcast('bulk', payload)),
      expressBus.subscribe({ kind: 'broadcast' }, (payload) => broadcasts.onBroadcast('express', payload)),
      bulkBus.subscribe({ kind: 'room-zones' }, (payload) =>
        this.#guard('room-zones', () => applyZoneChanges(payload, rooms, zones)),
      ),
      bulkBus.subscribe({ kind: 'room-demand-query' }, (payload, respond) => {
        this.#guard('room-demand-query', () => demand.onQuery(payload));
        respond?.(new Uint8Array(0));
      }),
      bulkBus.subscribe({ kind: 'node-history', nodeId }, (payload, respond) =>
        this.#guard('node-history', () => respond?.(answerFromPast(payload, { rooms, past, onRecoded }))),
      ),
    ];
    const outcomes = await Promise.allSettled(pending);
    for (const outcome of outcomes) {
      if (outcome.status === 'fulfilled') this.#subscriptions.push(outcome.value);
    }
    await Promise.all(pending);
  }

  stop(): void {
    for (const subscription of this.#subscriptions.splice(0)) subscription.unsubscribe();
  }

  /** A bus handler must not throw: what cannot be read is counted. */
  #guard(topic: string, task: () => void): void {
    try {
      task();
    } catch {
      this.#options.metrics.malformed.inc({ topic });
    }
  }
}
