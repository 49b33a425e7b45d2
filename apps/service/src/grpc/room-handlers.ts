import type { RoomId, ZoneId } from '@longwire/domain';
import { RoomServiceService } from '@longwire/protos/service/v1';
import type { Room } from '@longwire/protos/service/v1';
import { unaryService } from '@longwire/rpc';
import type { GrpcService } from '@longwire/rpc';
import { idSchema } from '@longwire/runtime';
import type { Logger } from '@longwire/runtime';
import type { RoomService, RoomView } from '../rooms/room-service.ts';
import { parseWith, PROTO_FILE } from './call-request.ts';
import type { AuthenticateCall } from './call-request.ts';

export interface RoomHandlerPorts {
  readonly authenticate: AuthenticateCall;
  readonly rooms: RoomService;
  readonly logger: Logger;
}

/** RoomService of `longwire.service.v1`. */
export function roomHandlers({ authenticate, rooms, logger }: RoomHandlerPorts): GrpcService {
  return unaryService({
    definition: RoomServiceService,
    protoFile: PROTO_FILE,
    logger,
    handlers: {
      putRoom: async (request, context) => {
        const credential = await authenticate(context);
        const roomId = parseWith(idSchema<RoomId>(), request.roomId);
        return { room: toWire(await rooms.put(credential, roomId, parseWith(idSchema<ZoneId>(), request.zoneId))) };
      },
      deleteRoom: async (request, context) => {
        const credential = await authenticate(context);
        await rooms.forget(credential, parseWith(idSchema<RoomId>(), request.roomId));
        return {};
      },
      getRoom: async (request, context) => {
        const credential = await authenticate(context);
        return { room: toWire(await rooms.get(credential, parseWith(idSchema<RoomId>(), request.roomId))) };
      },
    },
  });
}

function toWire({ roomId, zoneId, online }: RoomView): Room {
  return { roomId, zoneId: zoneId ?? undefined, online };
}
