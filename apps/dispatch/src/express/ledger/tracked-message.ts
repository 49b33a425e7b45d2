import { addresseeKey, addresseesOf } from '@longwire/domain';
import type { Addressee, DeviceId, ExpressAck, Message, MessageReport, UserId } from '@longwire/domain';

/** Devices remembered per addressee; one more is sent to as well, but its ack is not waited for. */
export const MAX_DEVICES = 32;

interface TrackedTarget {
  readonly addressee: Addressee;
  /** Set with the first ack of any of its devices. */
  isAcked: boolean;
  /** Per device: false when it was sent the message and has not acked, true when it has. Made when first needed. */
  devices: Map<DeviceId, { readonly userId: UserId | null; isAcked: boolean }> | undefined;
}

/** One message a worker follows: who it is for, who has acked, and when it is to be sent again. Pure state. */
export class TrackedMessage {
  readonly message: Message;
  readonly expiresAtMs: number;
  readonly #targets = new Map<string, TrackedTarget>();
  /** Where the log holds it; 0 when the log was lost since. */
  position: number;
  /** When it is due, or undefined when only an arrival is waited for; entries of a heap with another time are void. */
  dueAtMs: number | undefined;
  /** Rounds made since it was taken up, or since somebody arrived. */
  rounds = 0;
  /** The next round asks for all addressees, also for those who have acked: they may have other devices. */
  isForAll = true;
  attempts = 0;
  acked = 0;
  /** Devices that were sent it and have not acked. */
  #openDevices = 0;

  constructor(message: Message, position: number) {
    this.message = message;
    this.position = position;
    this.expiresAtMs = message.acceptedAtMs + message.ttlMs;
    const { target } = message;
    if (target.kind !== 'user' && target.kind !== 'device') return;
    for (const addressee of addresseesOf(target)) {
      this.#targets.set(addresseeKey(addressee), { addressee, isAcked: false, devices: undefined });
    }
  }

  get targets(): number {
    return this.#targets.size;
  }

  get addresseeKeys(): Iterable<string> {
    return this.#targets.keys();
  }

  /** Everybody who is known to have it has acked; somebody may still come. */
  get isSettled(): boolean {
    return this.acked === this.#targets.size && this.#openDevices === 0;
  }

  /** Nobody can come any more: devices alone were named, and all have acked. */
  get isFinished(): boolean {
    return this.message.target.kind === 'device' && this.acked === this.#targets.size;
  }

  /** Who is to be looked up in the next round. */
  *wanting(): Iterable<Addressee> {
    for (const target of this.#targets.values()) {
      if (this.isForAll || !target.isAcked || hasOpenDevice(target)) yield target.addressee;
    }
  }

  wants(key: string, deviceId: DeviceId): boolean {
    const target = this.#targets.get(key);
    return target !== undefined && target.devices?.get(deviceId)?.isAcked !== true;
  }

  /** It was sent to these devices of one addressee. */
  noteSent(key: string, devices: Iterable<{ readonly userId: UserId | null; readonly deviceId: DeviceId }>): void {
    const target = this.#targets.get(key);
    if (target === undefined) return;
    this.attempts += 1;
    target.devices ??= new Map();
    for (const { userId, deviceId } of devices) {
      if (target.devices.has(deviceId) || target.devices.size >= MAX_DEVICES) continue;
      target.devices.set(deviceId, { userId, isAcked: false });
      this.#openDevices += 1;
    }
  }

  /** `acked`: an addressee had not acked before. `repeated`: they had, perhaps on another device. `unknown`: foreign. */
  ack(key: string, { userId, deviceId }: Pick<ExpressAck, 'userId' | 'deviceId'>): 'acked' | 'repeated' | 'unknown' {
    const target = this.#targets.get(key);
    if (target === undefined) return 'unknown';
    target.devices ??= new Map();
    const device = target.devices.get(deviceId);
    if (device?.isAcked === false) this.#openDevices -= 1;
    if (device !== undefined) device.isAcked = true;
    else if (target.devices.size < MAX_DEVICES) target.devices.set(deviceId, { userId, isAcked: true });
    if (target.isAcked) return 'repeated';
    target.isAcked = true;
    this.acked += 1;
    return 'acked';
  }

  /** The acks it has, to be carried with it. */
  acks(): readonly ExpressAck[] {
    const { messageId } = this.message;
    const acks: ExpressAck[] = [];
    for (const { devices } of this.#targets.values()) {
      for (const [deviceId, { userId, isAcked }] of devices ?? [])
        if (isAcked) acks.push({ messageId, userId, deviceId });
    }
    return acks;
  }

  report(nowMs: number): MessageReport {
    const { targets, acked, attempts } = this;
    const open = this.expiresAtMs <= nowMs ? ('expired' as const) : ('pending' as const);
    const status = acked === targets ? ('delivered' as const) : open;
    return { messageId: this.message.messageId, status, targets, acked, attempts };
  }
}

function hasOpenDevice({ devices }: TrackedTarget): boolean {
  if (devices === undefined) return false;
  for (const { isAcked } of devices.values()) if (!isAcked) return true;
  return false;
}
