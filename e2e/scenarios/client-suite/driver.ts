import type { SendOutcome } from '@longwire/client';
import type { Seen } from '../../harness/seen.ts';
import type { TicketDesk } from '../../harness/ticket-desk.ts';

export interface StartOptions {
  /** Also its device. Its tickets come from the driver's desk. */
  readonly userId: string;
  readonly rooms: readonly string[];
  /** How far the device's clock is ahead. */
  readonly skewMs?: number;
  /** Does not wait between tries: chance is always 0. */
  readonly isHasty?: boolean;
}

/** One client of the library on a device of its own, wherever that runs. */
export interface Device {
  /** What the client was handed and told so far. */
  seen(): Promise<Seen>;
  /** Hands one object to the business. */
  send(data: object): Promise<SendOutcome>;
  /** The device's clock. */
  now(): Promise<number>;
  /** The device says that it has a network, or that it has none. */
  setNetwork(isOnline: boolean): Promise<void>;
  /** The device sleeps: the client's timers and tasks stand still until {@link wake}. */
  sleep(): Promise<void>;
  wake(): Promise<void>;
  /** Bytes that live after garbage was collected: objects, strings and buffers. */
  heapBytes(): Promise<number>;
  /** Closes the client and switches the device off. */
  stop(): Promise<void>;
}

/** A platform that clients run on. */
export interface Driver {
  start(options: StartOptions): Promise<Device>;
  close(): Promise<void>;
}

export interface Platform {
  /** As test names say it: "in Node". */
  readonly name: string;
  /** Why it cannot be used here. */
  readonly skip: string | false;
  readonly open: (desk: TicketDesk) => Promise<Driver>;
}
