import { MAX_NODE_WEIGHT, parseUserId } from '@longwire/domain';
import type { DeviceId, NodeId, RoomId, UserId } from '@longwire/domain';
import { idSchema } from '@longwire/runtime';
import { z } from 'zod';

const ID_RULE = 'must be a string of [A-Za-z0-9_.:-]{1,64} or a whole number';
const ID_META = { description: 'Id: `[A-Za-z0-9_.:-]{1,64}`; numbers are turned into strings.' };

const userId = z
  .union([z.string(), z.number()], ID_RULE)
  .transform((value, context): UserId | null => {
    const parsed = parseUserId(value);
    if (parsed !== undefined) return parsed;
    context.addIssue({ code: 'custom', message: ID_RULE });
    return z.NEVER;
  })
  .meta({ ...ID_META, description: `${ID_META.description} None, "" or "0" is a guest.` });

const label = (maxLength: number) => z.string().max(maxLength, `must be at most ${maxLength} characters`);

/** Body of POST /v1/connect. Fields that are not known are ignored: clients of later versions may send more. */
export const connectBody = z.object({
  deviceId: idSchema<DeviceId>(),
  userId: userId.nullish(),
  roomId: idSchema<RoomId>().nullish(),
  platform: label(32).nullish(),
  region: label(64).nullish(),
  clientVersion: label(64).nullish(),
});

/** Query of GET /v1/nodes. */
export const listQuery = z.object({
  version: z
    .string()
    .regex(/^\d{1,16}$/, 'must be a whole number')
    .transform(Number)
    .optional(),
});

/** Path of what is about one node. */
export const nodePath = z.object({ nodeId: idSchema<NodeId>() });

/** Body of PUT /v1/admin/nodes/{nodeId}/weight. */
export const weightBody = z.object({
  weight: z
    .number('must be a number')
    .min(0, 'must be at least 0')
    .max(MAX_NODE_WEIGHT, `must be at most ${MAX_NODE_WEIGHT}`),
});

const MAX_REPORTED_NODES = 8;
const MAX_COUNT = 1_000;
const MAX_MS = 120_000;

const count = z.int('must be a whole number').min(0).max(MAX_COUNT, `must be at most ${MAX_COUNT}`);
const milliseconds = z.number('must be a number').min(0).max(MAX_MS, `must be at most ${MAX_MS}`).nullable();

/** Body of POST /v1/link-quality: each node that the client tried since its last report. */
export const linkQualityBody = z.object({
  nodes: z
    .array(
      z.object({
        nodeId: idSchema<NodeId>(),
        connects: count.meta({ description: 'Connections that were accepted.' }),
        failedDials: count.meta({ description: 'Dials that nothing came of.' }),
        losses: count.meta({ description: 'Live connections that ended without a word.' }),
        connectMs: milliseconds.meta({ description: 'From the dial to the accepted auth, mean; null: no connect.' }),
        rttMs: milliseconds.meta({ description: 'Of heartbeats, mean; null: none.' }),
      }),
    )
    .min(1)
    .max(MAX_REPORTED_NODES, `must be at most ${MAX_REPORTED_NODES} nodes`),
});
