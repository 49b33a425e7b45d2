import type { UserId } from '@longwire/domain';
import { idSchema } from '@longwire/runtime';
import type { HttpServer } from '@longwire/runtime';
import { z } from 'zod';
import { DEFAULT_KICK_REASON, kickReasonSchema } from '../online/online-service.ts';
import type { OnlineService } from '../online/online-service.ts';
import type { Authenticate } from './authenticate.ts';

const totalsSchema = z.object({
  connections: z.int(),
  users: z.int().describe('Distinct users; guests are not counted'),
  rooms: z.int().describe('Rooms with at least one connection'),
});
const presenceSchema = z.object({
  online: z.boolean(),
  connections: z.array(
    z.object({ connectionId: z.string(), deviceId: z.string(), nodeId: z.string(), rooms: z.array(z.string()) }),
  ),
});
const kickSchema = z.strictObject({ reason: kickReasonSchema.optional() });
const userParams = z.object({ userId: idSchema<UserId>() });

/** `GET /v1/online`, presence of a user, kick. */
export function addOnlineRoutes(app: HttpServer, ports: { authenticate: Authenticate; online: OnlineService }): void {
  app.get(
    '/v1/online',
    { schema: { summary: 'How many are online', tags: ['online'], response: { 200: totalsSchema } } },
    async (request) => ports.online.totals(await ports.authenticate(request)),
  );

  app.get(
    '/v1/users/:userId/presence',
    {
      schema: {
        summary: 'Where a user is',
        tags: ['online'],
        params: userParams,
        response: { 200: presenceSchema },
      },
    },
    async (request) => {
      const credential = await ports.authenticate(request);
      return ports.online.presence(credential, request.params.userId);
    },
  );

  app.post(
    '/v1/users/:userId/kick',
    {
      schema: {
        summary: "Close a user's connections",
        tags: ['online'],
        params: userParams,
        body: kickSchema.nullish(),
        response: { 202: z.object({ connections: z.int() }) },
      },
    },
    async (request, reply) => {
      const credential = await ports.authenticate(request);
      const reason = request.body?.reason ?? DEFAULT_KICK_REASON;
      const connections = await ports.online.kick(credential, request.params.userId, reason);
      return reply.code(202).send({ connections });
    },
  );
}
