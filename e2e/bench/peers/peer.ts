import type { DialectName } from '../load/dialect.ts';

/** Another server in the same run: one room, to which `publish` sends a message. */
export interface Peer {
  readonly name: string;
  readonly version: string;
  readonly dialect: DialectName;
  readonly port: number;
  /** The process whose CPU and memory are counted. */
  readonly pid: number;
  /** Hands it one message; who is connected gets it. */
  publish(text: string): void;
  stop(): Promise<void>;
}

/** Thrown when a peer cannot be had on this machine; the message says why and what to install. */
export class MissingPeerError extends Error {
  override readonly name = 'MissingPeerError';
}

/** Room that peers with rooms use. */
export const PEER_ROOM = 'room0';
