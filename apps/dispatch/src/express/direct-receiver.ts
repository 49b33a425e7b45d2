import { addresseesOf, trustedId } from '@longwire/domain';
import type { Clock, DeviceId, Respond, RoomId, Target, UserId, ZoneId } from '@longwire/domain';
import { DirectPush, DirectPushReply, Lane as WireLane } from '@longwire/protos/bus/v1';
import type { ExpressTraces } from '../trace/express-traces.ts';
import type { FanOutSender } from './fan-out-sender.ts';
import type { OnceQueue } from './once-queue.ts';
import type { OutgoingMessage } from './outgoing.ts';

export interface DirectObserver {
  readonly onTaken: (target: Target['kind']) => void;
  readonly onRefused: (reason: 'queue-full' | 'bus-unavailable') => void;
  readonly onMalformed: () => void;
}

const REFUSE_AFTER_MS = 50;

export interface DirectReceiverOptions {
  readonly fanOut: FanOutSender;
  readonly once: OnceQueue;
  readonly clock: Clock;
  readonly observer: DirectObserver;
  readonly traces: ExpressTraces;
}

/**
 * Takes messages that want no ack from service: to a room, a zone or all they leave in this very call, to users and
 * devices as soon as logic says where they are. `is_accepted` is answered after that; false means not taken here.
 */
export class DirectReceiver {
  readonly #options: DirectReceiverOptions;

  constructor(options: DirectReceiverOptions) {
    this.#options = options;
  }

  /** Takes one DirectPush; never throws. */
  receive(payload: Uint8Array, respond: Respond | undefined): void {
    const isAccepted = this.#take(payload);
    const answer = (): void => respond?.(DirectPushReply.encode({ isAccepted }).finish());
    // One process of each site is asked and the first answer counts: a refusal lets another site's acceptance go ahead.
    if (isAccepted || respond === undefined) answer();
    else this.#options.clock.after(REFUSE_AFTER_MS, answer);
  }

  #take(payload: Uint8Array): boolean {
    const { observer } = this.#options;
    try {
      const push = DirectPush.decode(payload);
      const target = readTarget(push.target);
      // One that wants an ack comes by the log.
      if (target === undefined || push.isAckWanted) {
        observer.onMalformed();
        return false;
      }
      const message = toMessage(push);
      const refusal = this.#pass(message, target);
      if (message.isTraced === true && refusal === undefined) this.#trace(message, target);
      if (refusal === undefined) observer.onTaken(target.kind);
      else observer.onRefused(refusal);
      return refusal === undefined;
    } catch {
      observer.onMalformed();
      return false;
    }
  }

  #trace(message: OutgoingMessage, { kind }: Target): void {
    const { traces } = this.#options;
    traces.taken(message);
    if (kind !== 'user' && kind !== 'device') traces.forwarded(message);
  }

  #pass(message: OutgoingMessage, target: Target): 'queue-full' | 'bus-unavailable' | undefined {
    const { fanOut, once } = this.#options;
    switch (target.kind) {
      case 'room':
        return fanOut.toRoom(message, target.roomId) === 'sent' ? undefined : 'bus-unavailable';
      case 'zone':
        return fanOut.toZoneOrAll(message, target.zoneId) === 'sent' ? undefined : 'bus-unavailable';
      case 'all':
        return fanOut.toZoneOrAll(message, null) === 'sent' ? undefined : 'bus-unavailable';
      case 'user':
      case 'device':
        return once.offer(addresseesOf(target).map((addressee) => ({ message, addressee }))) ? undefined : 'queue-full';
    }
  }
}

function toMessage(push: DirectPush): OutgoingMessage {
  return {
    messageId: trustedId(push.messageId),
    payload: push.payload,
    lane: push.lane === WireLane.BULK ? 'bulk' : 'express',
    isAckWanted: push.isAckWanted,
    isTraced: push.isTraced,
    acceptedAtMs: push.acceptedAtMs,
  };
}

function readTarget(target: DirectPush['target']): Target | undefined {
  switch (target?.$case) {
    case 'user':
      return { kind: 'user', userIds: target.value.userIds.map((id) => trustedId<UserId>(id)) };
    case 'device':
      return { kind: 'device', deviceIds: target.value.deviceIds.map((id) => trustedId<DeviceId>(id)) };
    case 'room':
      return { kind: 'room', roomId: trustedId<RoomId>(target.value.roomId) };
    case 'zone':
      return { kind: 'zone', zoneId: trustedId<ZoneId>(target.value.zoneId) };
    case 'all':
      return { kind: 'all' };
    case undefined:
      return undefined;
  }
}
