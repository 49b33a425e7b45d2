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

const pushQuery = z.object({
  trace: z
    .enum(['true', 'false'])
    .default('false')
    .describe('Keep a trace of the message, see GET /v1/messages/{messageId}/trace; with ack:true there is always one'),
});

export interface PushRoutePorts {
  readonly authenticate: Authenticate;
  readonly push: PushService;
  readonly status: StatusReader;
}

const JSON_TYPE = 'application/json; charset=utf-8';

/** `POST /v1/push` and `GET /v1/messages/{messageId}`. */
export function addPushRoutes(app: HttpServer, ports: PushRoutePorts): void {
  app.post(
    '/v1/push',
    {
      schema: {
        summary: 'Push a message to users, devices, a room, a zone or everyone',
        tags: ['push'],
        querystring: pushQuery,
        body: pushRequestSchema,
        response: { 202: pushResponseSchema },
      },
    },
    async (request, reply) => {
      const credential = await ports.authenticate(request);
      const isTraced = request.query.trace === 'true';
      const response = await ports.push.push(credential, request.body, { isTraced });
      // Made here of two fields: checking it against its schema again would be the larger part of writing it.
      return reply.code(202).type(JSON_TYPE).serializer(JSON.stringify).send(response);
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
