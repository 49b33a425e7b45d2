import { platform } from 'node:os';

/** A pair of addresses has about 28,000 ports: below that, so that closed ones may still be in TIME_WAIT. */
const CONNECTIONS_PER_ADDRESS = 8000;

/**
 * The loopback address that a connection is made from: 127.0.0.1 for the first 8,000, 127.0.0.2 for the next, so
 * that ports do not run out. Linux alone has all of 127.0.0.0/8; elsewhere the system chooses.
 */
export function localAddressOf(index: number, host: string): string | undefined {
  if (platform() !== 'linux' || !host.startsWith('127.')) return undefined;
  return `127.0.0.${1 + Math.floor(index / CONNECTIONS_PER_ADDRESS)}`;
}
