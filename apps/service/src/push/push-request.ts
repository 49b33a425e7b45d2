import { DEFAULT_TTL_MS, LANES, MAX_TARGET_IDS, MAX_TTL_MS } from '@longwire/domain';
import type { DeviceId, RoomId, UserId, ZoneId } from '@longwire/domain';
import { idSchema } from '@longwire/runtime';
import { z } from 'zod';

const targetSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('user'),
    userIds: z
      .array(idSchema<UserId>())
      .min(1)
      .max(MAX_TARGET_IDS)
      .describe('Users; each of their devices gets the message'),
  }),
  z.strictObject({
    kind: z.literal('device'),
    deviceIds: z.array(idSchema<DeviceId>()).min(1).max(MAX_TARGET_IDS).describe('Devices, logged in or guest'),
  }),
  z.strictObject({ kind: z.literal('room'), roomId: idSchema<RoomId>() }),
  z.strictObject({ kind: z.literal('zone'), zoneId: idSchema<ZoneId>() }),
  z.strictObject({ kind: z.literal('all') }),
]);

/** The body of `POST /v1/push`, as it comes in. `payload` is checked by {@link encodePayload}, which keeps long numbers. */
export const pushRequestSchema = z.strictObject({
  target: targetSchema,
  payload: z.looseObject({}).describe('A JSON object with a string `cmd`; at most 64 KiB as JSON text'),
  lane: z.enum(LANES).optional().describe('Default: express for user and device, bulk for room, zone and all'),
  ack: z.boolean().optional().describe('Default: true on the express lane to users and devices; elsewhere false'),
  ttlMs: z
    .int()
    .min(1)
    .max(MAX_TTL_MS)
    .optional()
    .describe(`How long an unacked message is sent again; default ${DEFAULT_TTL_MS}`),
  idempotencyKey: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe('Within 24 h the same key and body give the same answer and are not sent again'),
});

export type PushRequest = z.infer<typeof pushRequestSchema>;

export const pushResponseSchema = z.object({
  messageId: z.string(),
  acceptedAt: z.number().describe('ms since 1970'),
});

export type PushResponse = z.infer<typeof pushResponseSchema>;
