import { LANES } from '@longwire/domain';
import { TIERS, TRACE_STAGES } from '@longwire/vitals';
import { z } from 'zod';
import { MAX_LISTED_ROOMS, ROOM_SORTS } from '../operator/room-lists.ts';
import { MAX_POINTS } from '../operator/vitals-history.ts';

const rate = z.number();
const latency = z.object({ p50: z.number(), p99: z.number() }).nullable().describe('ms; null when there was none');

export const overviewSchema = z.object({
  at: z.number().describe('ms since 1970'),
  tiers: z.record(z.enum(TIERS), z.object({ processes: z.int() })),
  online: z.object({ connections: z.int(), users: z.int(), rooms: z.int() }),
  rates: z
    .object({
      pushesPerSec: rate.describe('Pushes answered with 202'),
      messagesPerSec: rate.describe('Room messages taken by dispatch'),
      batchesPerSec: rate.describe('Batches that dispatch has forwarded'),
      forwardsPerSec: rate.describe(
        'Batches and broadcasts that access nodes have taken to write, each counted per node',
      ),
      deliveriesPerSec: rate.describe('Messages written, each counted per connection'),
      framesPerSec: rate.describe('Frames written: one holds a whole batch'),
      bytesOutPerSec: rate,
      connectsPerSec: rate,
      closesPerSec: rate,
    })
    .describe('Over the last 5 s'),
  savings: z.object({
    framesRatio: z.number().describe('Deliveries per frame'),
    bytesRatio: z.number().describe('Compressed bytes per plain byte; 1 when nothing was compressed'),
  }),
  latencyMs: z
    .object({ bulk: latency, express: latency })
    .describe('From the acceptance by the API to the first write by an access node, over the last 10 s'),
  shedPerSec: z.record(z.string(), rate).describe('By reason, over the last 5 s'),
  processes: z.array(
    z.object({
      name: z.string(),
      tier: z.string().describe(`${TIERS.join(', ')}, or standalone: all of them`),
      cpu: z.number().describe('Cores'),
      memoryBytes: z.number(),
      loopDelayMs: z.number(),
    }),
  ),
});

export const historyQuery = z.object({
  seconds: z.coerce
    .number()
    .int()
    .min(1)
    .max(MAX_POINTS)
    .default(300)
    .describe('How far back; above 300 in steps of 5 s'),
});
const figure = z.number().nullable();
export const historySchema = z.object({
  stepMs: z.int(),
  points: z.array(
    z.object({
      at: z.number(),
      connections: figure.describe('Open at access nodes, those that have not authenticated yet included'),
      deliveriesPerSec: z.number(),
      framesPerSec: z.number(),
      bytesOutPerSec: z.number(),
      bulkP50: figure,
      bulkP99: figure,
      expressP50: figure,
      expressP99: figure,
    }),
  ),
});

export const roomsQuery = z.object({
  sort: z.enum(ROOM_SORTS).default('online').describe('Most connections first, or most messages a second'),
  limit: z.coerce.number().int().min(1).max(MAX_LISTED_ROOMS).default(50),
});
const listedRoom = z.object({
  roomId: z.string(),
  zoneId: z.string().nullable(),
  online: z.int(),
  messagesPerSec: rate,
});
export const roomsSchema = z.object({ rooms: z.array(listedRoom) });
export const roomDetailSchema = listedRoom.extend({
  partition: z.int(),
  owner: z.string().nullable().describe('The dispatch process that has the room; null when none answers'),
  epoch: z.number().nullable(),
  seq: z.number().nullable().describe('Of the last message, within the epoch'),
  batchesPerSec: rate,
  batchMessages: z.number().describe('Messages per batch, mean'),
  windowMs: z.number().describe('A busy room sends one batch in this time; 0 when no owner answers'),
  historyMessages: z.int().describe('Kept for clients that resume'),
  shed: z.record(z.string(), z.number()).describe('Messages left out in the last 5 to 10 s, by class'),
});

const target = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('user'), userIds: z.array(z.string()) }),
  z.object({ kind: z.literal('device'), deviceIds: z.array(z.string()) }),
  z.object({ kind: z.literal('room'), roomId: z.string() }),
  z.object({ kind: z.literal('zone'), zoneId: z.string() }),
  z.object({ kind: z.literal('all') }),
]);

export const traceSchema = z.object({
  messageId: z.string(),
  target: target.nullable().describe('null when it names very many, or when the word of its acceptance was lost'),
  lane: z.enum(LANES),
  acceptedAt: z.number().nullable(),
  spans: z
    .array(
      z.object({
        stage: z.enum(TRACE_STAGES),
        at: z.number().describe('By the clock of the process, ms since 1970'),
        process: z.string(),
        detail: z.record(z.string(), z.union([z.string(), z.number()])),
      }),
    )
    .describe('At most 64, in the order of their times'),
  isCut: z.boolean().describe('There were more spans'),
});
