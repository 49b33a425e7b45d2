import { z } from 'zod';
import type { PushRequest } from './longwire-api.ts';

export const MAX_TEXT_CHARS = 100;
export const MAX_NAME_CHARS = 24;

/** One line of visible text: control characters go, blanks around it too. */
function line(maxChars: number) {
  return z
    .string()
    .transform((value) => value.replaceAll(/\p{Cc}+/gu, ' ').trim())
    .pipe(z.string().min(1).max(maxChars));
}

/** A name as viewers may show themselves with. */
export const nameSchema = line(MAX_NAME_CHARS);

const barrage = z.object({
  type: z.literal('barrage'),
  text: line(MAX_TEXT_CHARS),
  name: nameSchema,
  color: z
    .string()
    .regex(/^#[0-9a-f]{6}$/i)
    .optional(),
});
const pkAnswer = z.object({
  type: z.literal('pk-answer'),
  inviteId: z.string().min(1).max(64),
  rival: nameSchema,
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
  data: z.discriminatedUnion('type', [barrage, pkAnswer]),
  at: z.number(),
});
export type Uplink = z.infer<typeof uplinkSchema>;

/**
 * The push an uplink asks for: to the room its viewer is in, which the event says and the viewer cannot. The event's id
 * is the idempotency key, so that an event that comes twice is shown once.
 */
export function pushOf({ eventId, userId, rooms: [roomId = ''], data, at }: Uplink): PushRequest {
  const target = { kind: 'room', roomId } as const;
  switch (data.type) {
    case 'barrage': {
      const { text, name, color } = data;
      return {
        target,
        idempotencyKey: eventId,
        payload: { cmd: 'DANMU_MSG', id: eventId, userId, name, text, ...(color && { color }), at },
      };
    }
    case 'pk-answer': {
      const { inviteId, rival, name, accepted } = data;
      return {
        target,
        idempotencyKey: eventId,
        payload: { cmd: 'PK_ANSWER', inviteId, userId, name, rival, accepted, at },
      };
    }
  }
}
