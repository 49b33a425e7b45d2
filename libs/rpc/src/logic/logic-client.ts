import type {
  Clock,
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
import { type BreakerState, type Logger, rateLimited, systemClock } from '@longwire/runtime';
import { callUnary, type UnaryMethod } from '../client/call-unary.ts';
import { probeHealth } from '../client/health-probe.ts';
import { ServerList } from '../client/server-list.ts';
import { toLocatedSession, toRoomFacts, toRoute } from './logic-messages.ts';
import { openRemoteSessionLink } from './remote-session-link.ts';

export interface LogicClientOptions {
  /** `host:port` of the logic processes. */
  readonly addresses: readonly string[];
  readonly logger: Logger;
  readonly clock?: Clock;
  readonly random?: () => number;
  /** A report that is not answered for that long fails its stream. Default 3 s. */
  readonly answerTimeoutMs?: number;
  /** Told when calls to an address begin to be held back, are tried, and go through again. */
  readonly onBreaker?: (state: BreakerState) => void;
}

/** A {@link LogicApi} with an owner. */
export interface LogicClient extends LogicApi {
  /** Closes its session links and connections. Idempotent. */
  close(): void;
}

const ANSWER_TIMEOUT_MS = 3_000;
const LOG_PERIOD_MS = 10_000;

/** Reaches the logic tier over gRPC. Returns at once and connects in the background; `isAvailable` says when it is there. */
export function openLogicClient(options: LogicClientOptions): LogicClient {
  const { addresses, clock = systemClock(), random = Math.random } = options;
  const servers = new ServerList(addresses, { clock, random, onBreaker: options.onBreaker });
  const logger = rateLimited(options.logger.child({ peer: 'logic' }), clock, LOG_PERIOD_MS);
  const answerTimeoutMs = options.answerTimeoutMs ?? ANSWER_TIMEOUT_MS;
  const stopProbing = probeHealth(servers, clock);
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
    totals: (): Promise<OnlineTotals> => call(LogicServiceService.getTotals, {}),
    isAvailable: () => servers.hasUp,
    close(): void {
      stopProbing();
      for (const link of links) link.close();
      links.clear();
      servers.close();
    },
  };
}
