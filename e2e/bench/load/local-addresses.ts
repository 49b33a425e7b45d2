import { platform } from 'node:os';

/** A pair of addresses has about 28,000 ports: below that, so that closed ones may still be in TIME_WAIT. */
const CONNECTIONS_PER_ADDRESS = 8000;
/** 127.0.0.1 to 127.255.255.254. */
const LOOPBACK_ADDRESSES = 2 ** 24 - 2;
/** So many each run: two that follow each other, or run at once, seldom share any. */
const ADDRESSES_PER_RUN = 256;

/** How many addresses so many connections take. */
export function addressCount(connections: number): number {
  return Math.ceil(connections / CONNECTIONS_PER_ADDRESS);
}

/** The first address of a run, by its process id. */
export function firstAddressOf(pid: number): number {
  return (pid * ADDRESSES_PER_RUN) % LOOPBACK_ADDRESSES;
}

/**
 * The loopback address that a connection is made from: the first for the first 8,000 of an audience, the next for the
 * next, so that ports do not run out. Audiences begin at addresses of their own: where an earlier one has left its ports
 * in TIME_WAIT for a minute, the kernel looks for a free one until a connect takes milliseconds. Linux alone has all of
 * 127.0.0.0/8; elsewhere the system chooses.
 */
export function localAddressOf(index: number, host: string, firstAddress: number): string | undefined {
  if (platform() !== 'linux' || !host.startsWith('127.')) return undefined;
  const number = 1 + ((firstAddress + Math.floor(index / CONNECTIONS_PER_ADDRESS)) % LOOPBACK_ADDRESSES);
  return `127.${number >> 16}.${(number >> 8) & 0xff}.${number & 0xff}`;
}
