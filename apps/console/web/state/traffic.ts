import type { Arrival } from '../link/watched-transport.ts';

/** What came in since the room was joined. */
export interface Traffic {
  readonly frames: number;
  readonly sizeBytes: number;
  readonly messages: number;
  /** Of the last room batch; null before the first. */
  readonly encoding: Arrival['encoding'] | null;
}

export const NO_TRAFFIC: Traffic = { frames: 0, sizeBytes: 0, messages: 0, encoding: null };

/** The traffic after one more frame. */
export function addArrival(traffic: Traffic, { sizeBytes, encoding }: Arrival): Traffic {
  return {
    ...traffic,
    frames: traffic.frames + 1,
    sizeBytes: traffic.sizeBytes + sizeBytes,
    // Express comes plain whatever the room speaks; it must not hide that.
    encoding: encoding === 'plain' ? (traffic.encoding ?? encoding) : encoding,
  };
}
