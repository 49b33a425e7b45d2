import { addresseeKey } from '@longwire/domain';
import type { Bus, ConnectionId, Lane, NodeId } from '@longwire/domain';
import { Lane as WireLane, NodeCommand } from '@longwire/protos/bus/v1';
import { asBuffer } from '@longwire/runtime';
import type { ExpressTraces } from '../trace/express-traces.ts';
import { frameOf } from './outgoing.ts';
import type { Delivery, OutgoingMessage } from './outgoing.ts';
import type { RouteResolver } from './route-resolver.ts';

/** Where one connection is. */
export interface ConnectionPoint {
  readonly nodeId: NodeId;
  readonly connectionId: ConnectionId;
}

export interface SendObserver {
  readonly onSent: (lane: Lane, connections: number) => void;
  readonly onUnsent: (connections: number) => void;
  readonly onAbsent: () => void;
  readonly onMalformed: () => void;
}

export interface ExpressSenderOptions {
  readonly resolver: RouteResolver;
  readonly bulkBus: Bus;
  readonly expressBus: Bus;
  readonly observer: SendObserver;
  readonly traces: ExpressTraces;
}

/**
 * Sends messages to the connections of users and devices: one command per message and access node, in the bus of the
 * message's lane. Keeps nothing: what an absent addressee or a cut off bus misses is the caller's to send again.
 */
export class ExpressSender {
  readonly #options: ExpressSenderOptions;

  constructor(options: ExpressSenderOptions) {
    this.#options = options;
  }

  /** Looks the addressees up and sends. Rejects when logic cannot be asked; nothing was sent then. */
  async deliver(deliveries: readonly Delivery[]): Promise<void> {
    if (deliveries.length === 0) return;
    const routes = await this.#options.resolver.routesOf(deliveries.map((delivery) => delivery.addressee));
    this.deliverTo(deliveries, ({ message, addressee }) => {
      const found = routes.get(addresseeKey(addressee)) ?? [];
      if (message.isTraced === true) this.#options.traces.sent(message, 1, found);
      return found;
    });
  }

  /** Sends to connections the caller knows. Never waits. */
  deliverTo(deliveries: readonly Delivery[], connectionsOf: (delivery: Delivery) => readonly ConnectionPoint[]): void {
    const groups = new Map<string, { message: OutgoingMessage; nodes: Map<NodeId, Set<ConnectionId>> }>();
    for (const delivery of deliveries) {
      const { message } = delivery;
      const connections = connectionsOf(delivery);
      if (connections.length === 0) this.#options.observer.onAbsent();
      for (const { nodeId, connectionId } of connections) {
        const group = groups.get(message.messageId) ?? { message, nodes: new Map<NodeId, Set<ConnectionId>>() };
        groups.set(message.messageId, group);
        const ids = group.nodes.get(nodeId) ?? new Set<ConnectionId>();
        group.nodes.set(nodeId, ids);
        ids.add(connectionId);
      }
    }
    for (const { message, nodes } of groups.values()) this.#send(message, nodes);
  }

  #send(message: OutgoingMessage, nodes: ReadonlyMap<NodeId, ReadonlySet<ConnectionId>>): void {
    const { bulkBus, expressBus, observer } = this.#options;
    const frame = this.#frame(message);
    if (frame === undefined) return;
    const isExpress = message.lane === 'express';
    const bus = isExpress ? expressBus : bulkBus;
    for (const [nodeId, ids] of nodes) {
      const direct = {
        messageId: message.messageId,
        lane: isExpress ? WireLane.EXPRESS : WireLane.BULK,
        isAckWanted: message.isAckWanted,
        connectionIds: [...ids],
        frame: asBuffer(frame),
        isTraced: message.isTraced,
        acceptedAtMs: message.acceptedAtMs,
      };
      const command = NodeCommand.encode({ command: { $case: 'direct', value: direct } }).finish();
      if (bus.publish({ kind: 'node', nodeId }, command) === 'sent') observer.onSent(message.lane, ids.size);
      else observer.onUnsent(ids.size);
    }
  }

  /** One message that cannot be framed must not keep the others of its batch from leaving. */
  #frame(message: OutgoingMessage): Uint8Array | undefined {
    try {
      return frameOf(message);
    } catch {
      this.#options.observer.onMalformed();
      return undefined;
    }
  }
}
