import type { CredentialChecker } from '@longwire/auth';
import { serveGrpc } from '@longwire/rpc';
import type { GrpcServer } from '@longwire/rpc';
import { bearerOf, defineComponent } from '@longwire/runtime';
import type { Component, Logger } from '@longwire/runtime';
import type { OnlineService } from '../online/online-service.ts';
import type { PushService } from '../push/push-service.ts';
import type { RoomService } from '../rooms/room-service.ts';
import type { StatusReader } from '../status/status-reader.ts';
import type { AuthenticateCall } from './call-request.ts';
import { onlineHandlers } from './online-handlers.ts';
import { pushHandlers } from './push-handlers.ts';
import { roomHandlers } from './room-handlers.ts';

export interface GrpcDoorServices {
  readonly checker: CredentialChecker;
  readonly push: PushService;
  readonly rooms: RoomService;
  readonly online: OnlineService;
  readonly status: StatusReader;
}

export interface GrpcDoorOptions {
  readonly host: string;
  readonly port: number;
  readonly logger: Logger;
  readonly services: GrpcDoorServices;
}

export interface GrpcDoor extends Component {
  /** `host:port`; throws before the start. */
  address(): string;
}

/** The business API over gRPC: the same calls, checks and errors as over HTTP. */
export function createGrpcDoor(options: GrpcDoorOptions): GrpcDoor {
  const { host, port, logger, services } = options;
  const authenticate: AuthenticateCall = (context) =>
    services.checker.check(bearerOf(context.metadata('authorization')));
  let server: GrpcServer | undefined;
  const component = defineComponent({
    name: 'service-grpc',
    start: async () => {
      server = await serveGrpc({
        host,
        port,
        services: [
          pushHandlers({ authenticate, push: services.push, status: services.status, logger }),
          roomHandlers({ authenticate, rooms: services.rooms, logger }),
          onlineHandlers({ authenticate, online: services.online, logger }),
        ],
      });
    },
    stop: () => server?.close(),
  });
  return {
    ...component,
    address() {
      if (server === undefined) throw new Error('service-grpc does not listen yet');
      return server.address;
    },
  };
}
