import type { handleBidiStreamingCall } from '@grpc/grpc-js';
import {
  type Clock,
  type DeviceId,
  type LogicApi,
  type NodeId,
  type RoomId,
  trustedId,
  type UserId,
} from '@longwire/domain';
import {
  type LogicServiceServer,
  LogicServiceService,
  type ReportSessionsRequest,
  type ReportSessionsResponse,
} from '@longwire/protos/logic/v1';
import type { Logger } from '@longwire/runtime';
import type { GrpcService } from '../server/grpc-service.ts';
import { type GrpcServer, serveGrpc } from '../server/serve-grpc.ts';
import { unaryCall } from '../server/unary-service.ts';
import { toLocatedSessionMessage, toRoomFactsMessage, toRouteMessage } from './logic-messages.ts';
import { serveReports } from './serve-reports.ts';

export interface ServeLogicOptions {
  readonly host: string;
  /** 0 takes any free one. */
  readonly port: number;
  readonly logic: LogicApi;
  readonly logger: Logger;
  readonly clock?: Clock;
}

/**
 * Offers a LogicApi to the other tiers over gRPC, see `openLogicClient`. Health follows `logic.isAvailable()`. Each report
 * stream is one SessionLink of `logic`, closed when the stream ends.
 */
export function serveLogic({ host, port, logic, logger, clock }: ServeLogicOptions): Promise<GrpcServer> {
  return serveGrpc({
    host,
    port,
    services: [logicService(logic, logger)],
    isServing: () => logic.isAvailable(),
    ...(clock === undefined ? {} : { clock }),
  });
}

function logicService(logic: LogicApi, logger: Logger): GrpcService {
  const ends = new Set<() => void>();
  const reportSessions: handleBidiStreamingCall<ReportSessionsRequest, ReportSessionsResponse> = (call) => {
    const end = serveReports(call, { logic, onOver: () => ends.delete(end) });
    ends.add(end);
  };
  const implementation: LogicServiceServer = {
    reportSessions,
    lookupRooms: unaryCall(async ({ roomIds, nodeId }) => {
      const ids = roomIds.map((id) => trustedId<RoomId>(id));
      const rooms = await logic.lookupRooms(ids, nodeId === '' ? undefined : trustedId<NodeId>(nodeId));
      return { rooms: rooms.map(toRoomFactsMessage) };
    }, logger),
    resolveRoutes: unaryCall(async ({ userIds, deviceIds }) => {
      const users = userIds.map((id) => trustedId<UserId>(id));
      const devices = deviceIds.map((id) => trustedId<DeviceId>(id));
      const [userRoutes, deviceRoutes] = await Promise.all([
        users.length === 0 ? [] : logic.routesOfUsers(users),
        devices.length === 0 ? [] : logic.routesOfDevices(devices),
      ]);
      return { userRoutes: userRoutes.map(toRouteMessage), deviceRoutes: deviceRoutes.map(toRouteMessage) };
    }, logger),
    getUserSessions: unaryCall(async ({ userId }) => {
      const sessions = await logic.sessionsOfUser(trustedId<UserId>(userId));
      return { sessions: sessions.map(toLocatedSessionMessage) };
    }, logger),
    topRooms: unaryCall(
      async ({ limit }) => ({ rooms: (await logic.topRooms(limit)).map(toRoomFactsMessage) }),
      logger,
    ),
    getTotals: unaryCall(async () => logic.totals(), logger),
  };
  return {
    definition: LogicServiceService,
    protoFile: 'longwire/logic/v1/logic.proto',
    implementation,
    endStreams: () => ends.forEach((end) => end()),
  };
}
