import type { MessageId } from '@longwire/domain';
import { idSchema } from '@longwire/runtime';
import type { HttpServer } from '@longwire/runtime';
import { z } from 'zod';
import type { PushService } from '../push/push-service.ts';
import { pushRequestSchema, pushResponseSchema } from '../push/push-request.ts';
import type { StatusReader } from '../status/status-reader.ts';
import type { Authenticate } from './authenticate.ts';

const statusSchema = z.object({
  messageId: z.string(),
  status: z.enum(['pending', 'delivered', 'expired']),
  targets: z.int().describe('Users or devices named by the push'),
  acked: z.int(),
  attempts: z.int().describe('Sends over all targets'),
});

export interface PushRoutePorts {
  readonly authenticate: Authenticate;
  readonly push: PushService;
  readonly status: StatusReader;
}

/** `POST /v1/push` and `GET /v1/messages/{messageId}`. */
export function addPushRoutes(app: HttpServer, ports: PushRoutePorts): void {
  app.post(
    '/v1/push',
    {
      schema: {
        summary: 'Push a message to users, devices, a room, a zone or everyone',
        tags: ['push'],
        body: pushRequestSchema,
        response: { 202: pushResponseSchema },
      },
    },
    async (request, reply) => {
      const credential = await ports.authenticate(request);
      return reply.code(202).send(await ports.push.push(credential, request.body));
    },
  );

  app.get(
    '/v1/messages/:messageId',
    {
      schema: {
        summary: 'How far a message with ack:true has come',
        tags: ['push'],
        params: z.object({ messageId: idSchema<MessageId>() }),
        response: { 200: statusSchema },
      },
    },
    async (request) => {
      const credential = await ports.authenticate(request);
      return ports.status.read(credential, request.params.messageId);
    },
  );
}
