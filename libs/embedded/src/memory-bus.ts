import { AppError } from '@longwire/domain';
import type { Bus, BusHandler, RequestOutcome, Respond, Subscription, Topic } from '@longwire/domain';
import { DeliveryQueue } from './delivery-queue.ts';

const DEFAULT_MAX_PENDING_BYTES = 64 * 1024 * 1024;

export interface MemoryBusOptions {
  /** Bytes handed over and not yet delivered beyond which `publish` answers `unavailable`; default 64 MiB. */
  readonly maxPendingBytes?: number;
  /** Told what a handler threw, which breaks the port's promise; by default it becomes a process warning. */
  readonly onHandlerError?: (error: unknown) => void;
}

export interface MemoryBus extends Bus {
  /** Plays an outage: while false nothing is taken, and what is under way is lost. Subscriptions stay. */
  setConnected(isConnected: boolean): void;
}

interface Subscriber {
  readonly handler: BusHandler;
  readonly queue: string | undefined;
  isActive: boolean;
}

/**
 * A Bus inside one process: payloads are handed over, not copied, after the publishing code has ended its turn, in the
 * order they were published over all topics.
 */
export function createMemoryBus(options: MemoryBusOptions = {}): MemoryBus {
  const { maxPendingBytes = DEFAULT_MAX_PENDING_BYTES, onHandlerError = warn } = options;
  const topics = new Map<string, Subscriber[]>();
  const listeners = new Set<(isConnected: boolean) => void>();
  const deliveries = new DeliveryQueue(maxPendingBytes);
  const inFlight = new Set<() => void>();
  let isConnected = true;
  let turn = 0;

  const receiversOf = (key: string): readonly Subscriber[] => {
    const subscribers = topics.get(key) ?? [];
    const direct = subscribers.filter((subscriber) => subscriber.queue === undefined);
    const queues = Map.groupBy(
      subscribers.filter((subscriber) => subscriber.queue !== undefined),
      (subscriber) => subscriber.queue,
    );
    turn += 1;
    for (const members of queues.values()) {
      const chosen = members[turn % members.length];
      if (chosen !== undefined) direct.push(chosen);
    }
    return direct;
  };

  const call = (receiver: Subscriber, payload: Uint8Array, respond: Respond | undefined): void => {
    if (!receiver.isActive) return;
    try {
      receiver.handler(payload, respond);
    } catch (error) {
      onHandlerError(error);
    }
  };

  /** Whoever is subscribed at the time of delivery gets it; `onNobody` is told when that is nobody. */
  const enqueue = (topic: Topic, payload: Uint8Array, request?: { respond: Respond; onNobody(): void }): boolean =>
    deliveries.offer(payload.length, () => {
      const receivers = receiversOf(topicKey(topic));
      if (receivers.length === 0) request?.onNobody();
      for (const receiver of receivers) call(receiver, payload, request?.respond);
    });

  const request = (topic: Topic, payload: Uint8Array, timeoutMs: number): Promise<RequestOutcome> =>
    new Promise((resolve) => {
      const settle = (outcome: RequestOutcome): void => {
        clearTimeout(timer);
        inFlight.delete(cutOff);
        resolve(outcome);
      };
      const timer = setTimeout(() => settle({ ok: false, failure: 'timeout' }), timeoutMs);
      const cutOff = (): void => settle({ ok: false, failure: 'timeout' });
      inFlight.add(cutOff);
      const respond: Respond = (reply) => {
        deliveries.offer(reply.length, () => settle({ ok: true, payload: reply }));
      };
      const onNobody = (): void => settle({ ok: false, failure: 'no-responder' });
      if (!isConnected || !enqueue(topic, payload, { respond, onNobody }))
        settle({ ok: false, failure: 'unavailable' });
    });

  return {
    publish: (topic, payload) => (isConnected && enqueue(topic, payload) ? 'sent' : 'unavailable'),
    request,
    subscribe(topic, handler, { queue } = {}) {
      if (!isConnected) return Promise.reject(cutOffError());
      const subscriber = { handler, queue, isActive: true };
      return Promise.resolve(addSubscriber(topics, topicKey(topic), { subscriber, passed: () => deliveries.passed() }));
    },
    flush: () => (isConnected ? deliveries.drained() : Promise.reject(cutOffError())),
    isConnected: () => isConnected,
    onConnectionChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    setConnected(next) {
      if (next === isConnected) return;
      isConnected = next;
      if (!next) {
        deliveries.clear();
        for (const cutOff of inFlight) cutOff();
      }
      for (const listener of listeners) listener(next);
    },
  };
}

function addSubscriber(
  topics: Map<string, Subscriber[]>,
  key: string,
  { subscriber, passed }: { readonly subscriber: Subscriber; readonly passed: () => Promise<void> },
): Subscription {
  topics.set(key, [...(topics.get(key) ?? []), subscriber]);
  const unsubscribe = (): void => {
    if (!subscriber.isActive) return;
    subscriber.isActive = false;
    const rest = (topics.get(key) ?? []).filter((other) => other !== subscriber);
    if (rest.length === 0) topics.delete(key);
    else topics.set(key, rest);
  };
  return { unsubscribe, drain: () => passed().then(unsubscribe) };
}

function topicKey(topic: Topic): string {
  switch (topic.kind) {
    case 'room-push':
    case 'room-demand':
    case 'room-history':
    case 'room-traffic':
      return `${topic.kind} ${topic.partition}`;
    case 'room-batch':
      return `${topic.kind} ${topic.roomId}`;
    case 'node':
    case 'node-history':
      return `${topic.kind} ${topic.nodeId}`;
    default:
      return topic.kind;
  }
}

function cutOffError(): AppError {
  return new AppError('bus-unavailable', 'The message bus does not answer');
}

function warn(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : new Error(String(error)));
}
