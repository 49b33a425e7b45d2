import type { ConnectionId, DeviceId, RoomId, UserId } from './ids.ts';

export const CLIENT_EVENT_TYPES = ['room.enter', 'room.leave', 'uplink'] as const;
export type ClientEventType = (typeof CLIENT_EVENT_TYPES)[number];

interface EventOrigin {
  /** Stable over repeats of the same happening: what a consumer dedupes by. */
  readonly eventId: string;
  /** `"0"` for a guest. */
  readonly userId: UserId | '0';
  readonly deviceId: DeviceId;
  readonly connectionId: ConnectionId;
  /** ms since 1970, when the access node saw it. */
  readonly at: number;
}

/** What happens at the clients, as the business reads it. */
export type ClientEvent =
  | (EventOrigin & { readonly type: 'room.enter' | 'room.leave'; readonly roomId: RoomId })
  | (EventOrigin & { readonly type: 'uplink'; readonly rooms: readonly RoomId[]; readonly data: unknown });
