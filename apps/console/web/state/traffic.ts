import type { Encoding } from '@longwire/domain';
import type { Arrival } from '../line/receiver.ts';

/** What came in since the room was joined. */
export interface Traffic {
  readonly frames: number;
  readonly messages: number;
  readonly sizeBytes: number;
  /** Of the last room batch; null before the first. */
  readonly encoding: Encoding | null;
  /** Room messages that never came, by the room's own count. */
  readonly missed: number;
}

export const NO_TRAFFIC: Traffic = { frames: 0, messages: 0, sizeBytes: 0, encoding: null, missed: 0 };

/** The traffic after one more frame. */
export function addArrival(traffic: Traffic, { sizeBytes, messages, encoding }: Arrival): Traffic {
  return {
    frames: traffic.frames + 1,
    messages: traffic.messages + messages,
    sizeBytes: traffic.sizeBytes + sizeBytes,
    // Express comes plain whatever the room speaks; it must not hide that.
    encoding: encoding === 'plain' ? (traffic.encoding ?? encoding) : encoding,
    missed: traffic.missed,
  };
}
