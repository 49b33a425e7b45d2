import { randomUUID } from 'node:crypto';
import type { Clock } from '@longwire/domain';
import type { HttpServer } from '@longwire/runtime';
import { z } from 'zod';
import { idSchema } from './browser-ids.ts';
import type { CallerLimits } from './caller-limits.ts';
import type { LongwireApi } from './longwire-api.ts';
import type { StreamerRoster } from './streamer-roster.ts';
import { nameSchema } from './uplink.ts';
import { answered } from './upstream-error.ts';

export interface PkRoutePorts {
  readonly api: Pick<LongwireApi, 'push' | 'messageStatus'>;
  readonly limits: CallerLimits;
  readonly clock: Pick<Clock, 'now'>;
  readonly streamers: StreamerRoster;
}

/** How long an invite may be answered, and is sent again until it is acked. */
export const PK_ANSWER_MS = 20_000;
const RIVALS = ['Nova', 'Silas', 'Mei', 'Tariq'];

const invited = z.object({
  messageId: z.string(),
  inviteId: z.string(),
  rival: z.string(),
  expiresAt: z.number().describe('Clock of this backend, ms since 1970'),
});
const status = z.object({
  status: z.enum(['pending', 'delivered', 'expired']),
  targets: z.int(),
  acked: z.int(),
  attempts: z.int(),
});

interface Invite {
  readonly userId: string;
  readonly roomId: string;
  readonly rival: string;
  readonly rivalUserId?: string;
}

/** Streamers challenge each other: an express push that wants an ack, and what became of it. */
export function addPkRoutes(server: HttpServer, { api, limits, clock, streamers }: PkRoutePorts): void {
  async function invite({ userId, ...told }: Invite): Promise<z.infer<typeof invited>> {
    const inviteId = randomUUID();
    const expiresAt = clock.now() + PK_ANSWER_MS;
    const payload = { cmd: 'PK_INVITE', inviteId, ...told, answerMs: PK_ANSWER_MS, expiresAt };
    const target = { kind: 'user', userIds: [userId] } as const;
    const pushed = await answered(api.push({ target, payload, lane: 'express', ack: true, ttlMs: PK_ANSWER_MS }));
    return { messageId: pushed.messageId, inviteId, rival: told.rival, expiresAt };
  }

  server.post(
    '/api/demo/pk-invite',
    {
      schema: {
        summary: 'A PK invite to one user, of a rival who is made up: express, stored and sent again until acked',
        security: [],
        body: z.strictObject({ userId: idSchema, roomId: idSchema }),
        response: { 202: invited },
      },
    },
    async (request, reply) => {
      limits.take('push', request.ip);
      const rival = RIVALS[Math.floor(Math.random() * RIVALS.length)] ?? '';
      return reply.code(202).send(await invite({ ...request.body, rival }));
    },
  );

  server.post(
    '/api/pk/invites',
    {
      schema: {
        summary: 'A PK invite of one streamer to another',
        security: [],
        body: z.strictObject({ fromUserId: idSchema, fromName: nameSchema, roomId: idSchema, toUserId: idSchema }),
        response: { 202: invited },
      },
    },
    async (request, reply) => {
      limits.take('push', request.ip);
      const { fromUserId, fromName, roomId, toUserId } = request.body;
      const sent = await invite({ userId: toUserId, roomId, rival: fromName, rivalUserId: fromUserId });
      return reply.code(202).send(sent);
    },
  );

  server.post(
    '/api/pk/streamers',
    {
      schema: {
        summary: 'Somebody opened the page as a streamer and may be challenged',
        security: [],
        body: z.strictObject({ userId: idSchema, roomId: idSchema, name: nameSchema }),
        response: { 204: z.void() },
      },
    },
    async (request, reply) => {
      limits.take('look', request.ip);
      streamers.note(request.body);
      return reply.code(204).send();
    },
  );

  server.get(
    '/api/pk/streamers',
    {
      schema: {
        summary: 'Who may be challenged',
        security: [],
        response: { 200: z.array(z.object({ userId: z.string(), roomId: z.string(), name: z.string() })) },
      },
    },
    async (request) => {
      limits.take('look', request.ip);
      return [...streamers.list()];
    },
  );

  server.get(
    '/api/messages/:messageId',
    {
      schema: {
        summary: 'Whether a push was acked: GET /v1/messages/{messageId} of service',
        security: [],
        params: z.object({ messageId: z.string().min(1).max(128) }),
        response: { 200: status },
      },
    },
    async (request) => {
      limits.take('look', request.ip);
      const { messageId: _, ...rest } = await answered(api.messageStatus(request.params.messageId));
      return rest;
    },
  );
}
