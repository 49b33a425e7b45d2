import type { RoomId, ZoneId } from '@longwire/domain';
import { idSchema } from '@longwire/runtime';
import type { HttpServer } from '@longwire/runtime';
import { z } from 'zod';
import type { RoomService } from '../rooms/room-service.ts';
import type { Authenticate } from './authenticate.ts';

const roomSchema = z.object({ roomId: z.string(), zoneId: z.string().nullable(), online: z.int() });
const roomParams = z.object({ roomId: idSchema<RoomId>() });

/** `GET`, `PUT` and `DELETE /v1/rooms/{roomId}`. */
export function addRoomRoutes(app: HttpServer, ports: { authenticate: Authenticate; rooms: RoomService }): void {
  app.get(
    '/v1/rooms/:roomId',
    { schema: { summary: 'A room', tags: ['rooms'], params: roomParams, response: { 200: roomSchema } } },
    async (request) => {
      const credential = await ports.authenticate(request);
      return ports.rooms.get(credential, request.params.roomId);
    },
  );

  app.put(
    '/v1/rooms/:roomId',
    {
      schema: {
        summary: 'Put a room into a zone',
        tags: ['rooms'],
        params: roomParams,
        body: z.strictObject({ zoneId: idSchema<ZoneId>() }),
        response: { 200: roomSchema },
      },
    },
    async (request) => {
      const credential = await ports.authenticate(request);
      return ports.rooms.put(credential, request.params.roomId, request.body.zoneId);
    },
  );

  app.delete(
    '/v1/rooms/:roomId',
    { schema: { summary: "Forget a room's zone", tags: ['rooms'], params: roomParams, response: { 204: z.null() } } },
    async (request, reply) => {
      const credential = await ports.authenticate(request);
      await ports.rooms.forget(credential, request.params.roomId);
      return reply.code(204).send(null);
    },
  );
}
