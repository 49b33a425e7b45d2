import type { ClientState } from './connection/client-state.ts';

/** Messages are gone for good: asking for them did not bring them. Refresh from your backend what must not be missed. */
export interface Gap {
  /** Null: messages to a zone or everyone, dropped because handlers did not keep up. */
  readonly roomId: string | null;
  /** How many; null when nobody knows, as after the room's counting began anew. */
  readonly missed: number | null;
}

/** Something went wrong that the client goes on after. */
export interface Fault {
  /**
   * `handler`: a handler threw or rejected (an express message comes again to it). `bytes`: the server sent what is no
   * frame. `ticket`: no token was had. `room`: a room was refused and is wanted no more.
   */
  readonly kind: 'handler' | 'bytes' | 'ticket' | 'room';
  /** For your log: the `cmd` of the handler, the op, the error, the room and its refusal. */
  readonly detail: string;
  readonly cause?: unknown;
}

/** What a client tells of itself. */
export interface ClientEvents {
  readonly state: ClientState;
  /** How many are in a room: with each join, and for the first room with each heartbeat. */
  readonly online: { readonly roomId: string; readonly online: number };
  readonly gap: Gap;
  readonly fault: Fault;
}
