import type { NodeId, RoomId } from '../ids.ts';

/**
 * What can be said over the bus, and to whom. Payloads are the protobuf messages of `longwire.bus.v1` named here.
 * - `room-push` (RoomPush): service to the dispatch owner of a partition; a request, answered with RoomPushReply
 * - `room-batch` (RoomBatch on the bulk bus, ExpressFrame on the express bus): dispatch to nodes with members
 * - `broadcast-push` (BroadcastPush): service to any one dispatch process (queue); a request
 * - `broadcast` (Broadcast on bulk, ExpressBroadcast on express): dispatch to every access node, zone and all
 * - `direct-push` (DirectPush): service to one express worker of each site (queues); a request
 * - `node` (NodeCommand): to one access node: direct messages and kicks
 * - `acks` (AckBatch), `arrivals` (ArrivalBatch): access nodes to all express workers
 * - `message-status` (MessageStatusQuery): service to all express workers, the first answer counts; a request
 * - `room-demand` (RoomDemand): an access node tells the partition's owner what its rooms need and where they stand
 * - `room-demand-query` (RoomDemandQuery): a new owner asks all access nodes to say it again; a request, answered with
 *   nothing, so that an owner knows when there is no node at all
 * - `room-history` (RoomHistoryRequest): an access node asks the partition's owner for what a room has had; a request
 * - `node-history` (RoomHistoryRequest): a new owner asks one access node for the same; a request, answered with
 *   RoomHistoryReply as the one before
 * - `partition-claims` (PartitionClaims): a dispatch process to all others: what it owns, so that an older owner stops
 * - `room-zones` (RoomZones): service to every access node and logic: a room's zone has changed
 * - `room-traffic` (RoomTrafficRequest): service asks the partition's owner how busy some of its rooms are; a request
 * - `vitals` (VitalsReport): every process to all service processes, once a second: how it does
 * - `trace` (TraceSpans): the stages that traced messages have passed, to all service processes
 */
export type Topic =
  | { readonly kind: 'room-push'; readonly partition: number }
  | { readonly kind: 'room-batch'; readonly roomId: RoomId }
  | { readonly kind: 'room-demand' | 'room-history' | 'room-traffic'; readonly partition: number }
  | { readonly kind: 'node' | 'node-history'; readonly nodeId: NodeId }
  | {
      readonly kind:
        | 'room-demand-query'
        | 'broadcast-push'
        | 'broadcast'
        | 'direct-push'
        | 'acks'
        | 'arrivals'
        | 'message-status'
        | 'partition-claims'
        | 'room-zones'
        | 'vitals'
        | 'trace';
    };

/** Answers a request; at most once, later calls do nothing. Absent when the sender did not ask for an answer. */
export type Respond = (payload: Uint8Array) => void;

/** Called for each payload, in the order one publisher sent them. Owns nothing: the bytes may be shared. Must not throw. */
export type BusHandler = (payload: Uint8Array, respond: Respond | undefined) => void;

export interface Subscription {
  /** No call of the handler starts after this returned. Idempotent. */
  unsubscribe(): void;
  /**
   * Asks for no more, and resolves when the handler has been called for all that was under way: no request is left
   * without its handler. Resolves too when the connection is lost, and with it what was under way. Never rejects.
   */
  drain(): Promise<void>;
}

export interface SubscribeOptions {
  /** Of all subscribers with the same queue name on this topic, one gets each payload. */
  readonly queue?: string;
}

/** `no-responder`: surely nobody took it. `timeout`: unknown. `unavailable`: not sent. */
export type RequestFailure = 'no-responder' | 'timeout' | 'unavailable';
export type RequestOutcome =
  { readonly ok: true; readonly payload: Uint8Array } | { readonly ok: false; readonly failure: RequestFailure };

/**
 * At most once messaging between processes. Per publisher and topic, order holds. Nothing is stored: who is not
 * subscribed, or cut off, misses it. The publisher must not change a payload after handing it over.
 */
export interface Bus {
  /** Never waits. `unavailable` means it was dropped: cut off, or the bounded write buffer is full. Both are counted. */
  publish(topic: Topic, payload: Uint8Array): 'sent' | 'unavailable';
  /** Never rejects: the outcome says what happened, after at most `timeoutMs`. */
  request(topic: Topic, payload: Uint8Array, timeoutMs: number): Promise<RequestOutcome>;
  /**
   * Resolves when the subscription is in effect for publishers everywhere; it is renewed after a lost connection.
   * Rejects with AppError `bus-unavailable` when that cannot be confirmed within 2 s (the subscription is then undone).
   */
  subscribe(topic: Topic, handler: BusHandler, options?: SubscribeOptions): Promise<Subscription>;
  /** Resolves when all that was published before is on the server. Rejects with `bus-unavailable`. */
  flush(): Promise<void>;
  isConnected(): boolean;
  /** Calls `listener` at each change of {@link isConnected}; returns a function that stops that. */
  onConnectionChange(listener: (isConnected: boolean) => void): () => void;
}
