import { z } from 'zod';
import { idSchema } from './browser-ids.ts';
import type { PushRequest } from './longwire-api.ts';

export const MAX_TEXT_CHARS = 100;
export const MAX_NAME_CHARS = 24;
export const MAX_GIFTS = 99;
/** The rival of an answered invite is told so for this long. */
const ANSWER_TTL_MS = 60_000;
/** What this backend sells. A real one would take the price from the sender's purse first. */
export const GIFTS = ['spark', 'rose', 'lantern', 'rocket'] as const;

/** One line of visible text: control characters go, blanks around it too. */
function line(maxChars: number) {
  return z
    .string()
    .transform((value) => value.replaceAll(/\p{Cc}+/gu, ' ').trim())
    .pipe(z.string().min(1).max(maxChars));
}

/** A name as viewers may show themselves with. */
export const nameSchema = line(MAX_NAME_CHARS);

/** A name the page gives to what it sends, so that it knows it again when it comes back from the room. */
const ref = z
  .string()
  .regex(/^[\w-]{1,32}$/)
  .optional();

const barrage = z.object({
  type: z.literal('barrage'),
  ref,
  text: line(MAX_TEXT_CHARS),
  name: nameSchema,
  color: z
    .string()
    .regex(/^#[0-9a-f]{6}$/i)
    .optional(),
});
const gift = z.object({
  type: z.literal('gift'),
  ref,
  gift: z.enum(GIFTS),
  count: z.int().min(1).max(MAX_GIFTS),
  name: nameSchema,
});
const pkAnswer = z.object({
  type: z.literal('pk-answer'),
  inviteId: z.string().min(1).max(64),
  rival: nameSchema,
  /** Whoever sent the invite is told, too; the rivals of the demonstration have no id. */
  rivalUserId: idSchema.optional(),
  name: nameSchema,
  accepted: z.boolean(),
});

/** What a viewer of the page sends up with op 18, as the event stream delivers it. */
export const uplinkSchema = z.object({
  type: z.literal('uplink'),
  eventId: z.string().min(1).max(200),
  userId: z.string(),
  deviceId: z.string(),
  rooms: z.array(z.string()).min(1),
  data: z.discriminatedUnion('type', [barrage, gift, pkAnswer]),
  at: z.number(),
});
export type Uplink = z.infer<typeof uplinkSchema>;

/**
 * The pushes an uplink asks for: to the room its viewer is in, which the event says and the viewer cannot. The event's id
 * is the idempotency key, so that an event that comes twice is shown once.
 */
export function pushesOf(uplink: Uplink): readonly PushRequest[] {
  const { eventId, userId, rooms, data, at } = uplink;
  const toRoom = (payload: PushRequest['payload']): PushRequest => ({
    target: { kind: 'room', roomId: rooms[0] ?? '' },
    idempotencyKey: eventId,
    payload,
  });
  switch (data.type) {
    case 'barrage': {
      const { text, name, color, ref: sentRef } = data;
      const shown = { ...(color && { color }), ...(sentRef && { ref: sentRef }) };
      return [toRoom({ cmd: 'DANMU_MSG', id: eventId, userId, name, text, ...shown, at })];
    }
    case 'gift': {
      const { name, count, ref: sentRef } = data;
      const shown = { gift: data.gift, count, ...(sentRef && { ref: sentRef }) };
      return [toRoom({ cmd: 'GIFT', id: eventId, userId, name, ...shown, at })];
    }
    case 'pk-answer': {
      const { inviteId, rival, rivalUserId, name, accepted } = data;
      const payload = { cmd: 'PK_ANSWER', inviteId, userId, name, rival, accepted, at };
      if (rivalUserId === undefined) return [toRoom(payload)];
      const toRival = { target: { kind: 'user', userIds: [rivalUserId] }, idempotencyKey: `${eventId}:rival` } as const;
      return [toRoom(payload), { ...toRival, payload, ttlMs: ANSWER_TTL_MS }];
    }
  }
}
