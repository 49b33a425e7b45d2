import { trustedId } from '@longwire/domain';
import type { Bus, Clock, NodeIncarnation, RoomId } from '@longwire/domain';
import { defineComponent } from '@longwire/runtime';
import type { Component } from '@longwire/runtime';
import type { TraceSender } from '@longwire/vitals';
import type { RoomParts } from './compose-rooms.ts';
import type { AccessConfig } from './config.ts';
import type { ConnectionTable } from './connection/connection-table.ts';
import { AckSender } from './delivery/ack-sender.ts';
import { ArrivalSender } from './delivery/arrival-sender.ts';
import { BroadcastReceiver } from './delivery/broadcast-receiver.ts';
import type { RecentMessages } from './delivery/dedup.ts';
import { DirectReceiver } from './delivery/direct-receiver.ts';
import { NodeSubscriptions } from './delivery/node-subscriptions.ts';
import { Pacer } from './delivery/pacer.ts';
import type { AccessMetrics } from './metrics.ts';
import type { ZoneIndex } from './room/zones.ts';

export interface DeliveryOptions extends Pick<RoomParts, 'rooms' | 'demand' | 'resume' | 'dictionaries'> {
  readonly node: NodeIncarnation;
  readonly bulkBus: Bus;
  readonly expressBus: Bus;
  readonly clock: Clock;
  readonly metrics: AccessMetrics;
  readonly table: ConnectionTable;
  readonly zones: ZoneIndex;
  readonly recent: RecentMessages;
  readonly traces: TraceSender;
}

/** What a node takes from the bus, while it is started, and what it tells the express workers. */
export interface Delivery {
  readonly component: Component;
  readonly acks: AckSender;
  readonly arrivals: ArrivalSender;
}

/** Composes the receivers of what is for many or for this node alone, and the senders of receipts and arrivals. */
export function composeDelivery(config: AccessConfig, options: DeliveryOptions): Delivery {
  const {
    node,
    bulkBus,
    expressBus,
    clock,
    metrics,
    table,
    zones,
    recent,
    traces,
    rooms,
    demand,
    resume,
    dictionaries,
  } = options;
  const { nodeId } = node;
  const acks = new AckSender({
    expressBus,
    clock,
    onSent: (count, outcome) => metrics.acks.inc({ outcome }, count),
  });
  const arrivals = new ArrivalSender({ expressBus, clock, nodeId });
  const direct = new DirectReceiver({
    table,
    metrics,
    clock,
    traces,
    copyRules: { windowMs: config.copyWindowMs },
    onDictionary: (dictionary) => {
      const room = rooms.find(trustedId<RoomId>(dictionary.roomId));
      if (room !== undefined) dictionaries.take(room, dictionary);
    },
    ackAgain: (connection, messageId) => acks.send(connection, [messageId]),
  });
  const pacer = new Pacer({ metrics, membersPerTurn: config.membersPerTurn });
  const broadcasts = new BroadcastReceiver({ table, zones, pacer, metrics, clock, recent, traces });
  const subscriptions = new NodeSubscriptions({
    bulkBus,
    expressBus,
    nodeId,
    direct,
    broadcasts,
    demand,
    rooms,
    zones,
    past: resume.past,
    metrics,
  });
  let forgetBus = (): void => undefined;
  let forgetExpress = (): void => undefined;
  const component = defineComponent({
    name: 'access-bus',
    start: async () => {
      // What came while the bus was cut off has passed by: where a room stands is not sure until the next batch.
      forgetBus = bulkBus.onConnectionChange(() => {
        for (const room of rooms.rooms()) room.isSure = false;
      });
      // Who came while the express workers could not be told is told again: it costs them a look each.
      forgetExpress = expressBus.onConnectionChange((isConnected) => {
        if (isConnected) arrivals.sendAll(table.connections);
      });
      await subscriptions.start();
    },
    stop: () => {
      forgetBus();
      forgetExpress();
      acks.stop();
      arrivals.stop();
      subscriptions.stop();
      rooms.stop();
      traces.flush();
    },
  });
  return { component, acks, arrivals };
}
