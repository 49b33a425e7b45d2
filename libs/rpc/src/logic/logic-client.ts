import type {
  DeviceId,
  LocatedSession,
  LogicApi,
  NodeId,
  NodeIncarnation,
  OnlineTotals,
  RoomFacts,
  RoomId,
  Route,
  SessionLink,
  SessionLinkEvents,
  UserId,
} from '@longwire/domain';
import { LogicServiceService } from '@longwire/protos/logic/v1';
import { callUnary, type UnaryMethod } from '../client/call-unary.ts';
import { openPeer } from '../client/open-peer.ts';
import type { PeerOptions } from '../client/open-peer.ts';
import { toLocatedSession, toRoomFacts, toRoute } from './logic-messages.ts';
import { openRemoteSessionLink } from './remote-session-link.ts';

export interface LogicClientOptions extends PeerOptions {
  /** A report that is not answered for that long fails its stream. Default 3 s. */
  readonly answerTimeoutMs?: number;
}

/** A {@link LogicApi} with an owner. */
export interface LogicClient extends LogicApi {
  /** Closes its session links and connections. Idempotent. */
  close(): void;
}

const ANSWER_TIMEOUT_MS = 3_000;

/** Reaches the logic tier over gRPC. Returns at once and connects in the background; `isAvailable` says when it is there. */
export function openLogicClient(options: LogicClientOptions): LogicClient {
  const peer = openPeer('logic', options);
  const { servers, clock, random, logger } = peer;
  const { answerTimeoutMs = ANSWER_TIMEOUT_MS } = options;
  const links = new Set<SessionLink>();
  const call = <Request, Response>(method: UnaryMethod<Request, Response>, request: Request): Promise<Response> =>
    callUnary(method, request, { servers, peer: 'logic' });

  return {
    openSessionLink(node: NodeIncarnation, events: SessionLinkEvents): SessionLink {
      const link = openRemoteSessionLink(node, events, { servers, clock, random, logger, answerTimeoutMs });
      links.add(link);
      return {
        report: (report) => link.report(report),
        close: () => {
          links.delete(link);
          link.close();
        },
      };
    },
    async lookupRooms(roomIds: readonly RoomId[], nodeId?: NodeId): Promise<readonly RoomFacts[]> {
      const request = { roomIds: [...roomIds], nodeId: nodeId ?? '' };
      return (await call(LogicServiceService.lookupRooms, request)).rooms.map(toRoomFacts);
    },
    async routesOfUsers(userIds: readonly UserId[]): Promise<readonly Route[]> {
      const request = { userIds: [...userIds], deviceIds: [] };
      return (await call(LogicServiceService.resolveRoutes, request)).userRoutes.map(toRoute);
    },
    async routesOfDevices(deviceIds: readonly DeviceId[]): Promise<readonly Route[]> {
      const request = { userIds: [], deviceIds: [...deviceIds] };
      return (await call(LogicServiceService.resolveRoutes, request)).deviceRoutes.map(toRoute);
    },
    async sessionsOfUser(userId: UserId): Promise<readonly LocatedSession[]> {
      return (await call(LogicServiceService.getUserSessions, { userId })).sessions.flatMap(toLocatedSession);
    },
    async topRooms(limit: number): Promise<readonly RoomFacts[]> {
      return (await call(LogicServiceService.topRooms, { limit })).rooms.map(toRoomFacts);
    },
    totals: (): Promise<OnlineTotals> => call(LogicServiceService.getTotals, {}),
    isAvailable: () => servers.hasUp,
    close(): void {
      for (const link of links) link.close();
      links.clear();
      peer.close();
    },
  };
}
