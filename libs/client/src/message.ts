import type { JsonObject } from '@longwire/wire';

/** One message of the business, as a handler gets it. */
export interface Message<Cmd extends string = string, Payload = JsonObject> {
  readonly cmd: Cmd;
  /** The object as it was pushed, with the platform's field `lw` in it. Its shape is your backend's promise: not checked. */
  readonly payload: Payload;
  /** `express` messages are acked once every handler has taken them; they may overtake `bulk` ones. */
  readonly lane: 'express' | 'bulk';
  /** The room it was pushed to; null for a push to a user, device, zone or everyone. */
  readonly roomId: string | null;
  /** Null for messages of a room, which have their place in the room's order instead. */
  readonly id: string | null;
  /** Its place in its room: `seq` counts within `epoch`. Null for all others. */
  readonly place: Position | null;
}

/** A place in a room's order. */
export interface Position {
  readonly epoch: number;
  readonly seq: number;
}

/** The `cmd`s of a user's map from `cmd` to payload. */
export type CmdOf<Map> = Extract<keyof Map, string>;

/** The message of one `cmd` of the map; for several, a union told apart by `cmd`. */
export type MessageOf<Map, Cmd extends CmdOf<Map>> = Cmd extends CmdOf<Map> ? Message<Cmd, Map[Cmd]> : never;

/** The map of a client that names none: every `cmd`, each with any object. */
export type AnyMessages = Record<string, JsonObject>;
