import type { MessageId, RoomId } from '@longwire/domain';
import { idSchema } from '@longwire/runtime';
import type { HttpServer } from '@longwire/runtime';
import { z } from 'zod';
import type { OperatorService } from '../operator/operator-service.ts';
import type { Authenticate } from './authenticate.ts';
import {
  historyQuery,
  historySchema,
  overviewSchema,
  roomDetailSchema,
  roomsQuery,
  roomsSchema,
  traceSchema,
} from './operator-schemas.ts';

export interface OperatorRoutePorts {
  readonly authenticate: Authenticate;
  readonly operator: OperatorService;
}

const tags = ['operator'];

/** What the console and the command line show: overview, rooms, traces. For keys with the scope `read`. */
export function addOperatorRoutes(app: HttpServer, { authenticate, operator }: OperatorRoutePorts): void {
  app.get(
    '/v1/admin/overview',
    { schema: { summary: 'How the cluster does now', tags, response: { 200: overviewSchema } } },
    async (request) => operator.overview(await authenticate(request)),
  );

  app.get(
    '/v1/admin/overview/history',
    {
      schema: {
        summary: 'How the cluster did over the last minutes, as seen by this process',
        tags,
        querystring: historyQuery,
        response: { 200: historySchema },
      },
    },
    async (request) => {
      const { stepMs, points } = operator.history(await authenticate(request), request.query.seconds);
      return { stepMs, points: [...points] };
    },
  );

  app.get(
    '/v1/admin/rooms',
    {
      schema: {
        summary: 'The largest or busiest rooms',
        tags,
        querystring: roomsQuery,
        response: { 200: roomsSchema },
      },
    },
    async (request) => {
      const { sort, limit } = request.query;
      return { rooms: [...(await operator.topRooms(await authenticate(request), sort, limit))] };
    },
  );

  app.get(
    '/v1/admin/rooms/:roomId',
    {
      schema: {
        summary: 'One room as its owner sees it',
        tags,
        params: z.object({ roomId: idSchema<RoomId>() }),
        response: { 200: roomDetailSchema },
      },
    },
    async (request) => operator.room(await authenticate(request), request.params.roomId),
  );

  app.get(
    '/v1/messages/:messageId/trace',
    {
      schema: {
        summary: 'Where a traced message was, and when',
        description:
          'Messages with ack:true are traced, others when pushed with ?trace=true. The last 2,000 are kept for 10 minutes. ' +
          'Best effort: a process tells of at most 500 stages a second.',
        tags,
        params: z.object({ messageId: idSchema<MessageId>() }),
        response: { 200: traceSchema },
      },
    },
    async (request) => operator.trace(await authenticate(request), request.params.messageId),
  );
}
