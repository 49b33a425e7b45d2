import type { Clock } from '@longwire/domain';
import type { HttpServer } from '@longwire/runtime';
import { z } from 'zod';
import { idSchema } from './browser-ids.ts';
import type { CallerLimits } from './caller-limits.ts';
import { LINK_QUALITY_PATH } from './link-quality-route.ts';
import type { LongwireApi } from './longwire-api.ts';
import { nameSchema } from './uplink.ts';
import { answered } from './upstream-error.ts';

const ticketSchema = z.object({
  token: z.string(),
  expiresAt: z.number(),
  heartbeatMs: z.number(),
  nodes: z.array(z.object({ nodeId: z.string(), ws: z.string() })),
  listVersion: z.number(),
  qualityUrl: z.string().describe('Where the page says how good its links are'),
  now: z.number().describe('Clock of this backend, ms since 1970, for countdowns'),
});

const viewerSchema = z.strictObject({
  roomId: idSchema,
  userId: idSchema,
  deviceId: idSchema,
  userName: nameSchema,
});

/** The page shows the online count and the round trip, which come with heartbeats, so it is to send them often. */
const PAGE_HEARTBEAT_MS = 5_000;

export interface ConnectRoutePorts {
  readonly api: Pick<LongwireApi, 'connect'>;
  readonly limits: CallerLimits;
  readonly clock: Clock;
}

/**
 * `POST /api/connect`: what the page needs to open its connection. The page makes its user id up; a real backend takes
 * it from the login, because with this token whoever holds it is that user.
 */
export function addConnectRoute(server: HttpServer, { api, limits, clock }: ConnectRoutePorts): void {
  server.post(
    '/api/connect',
    {
      schema: {
        summary: 'A token and the nodes to use it at',
        security: [],
        body: viewerSchema,
        response: { 200: ticketSchema },
      },
    },
    async (request) => {
      limits.take('connect', request.ip);
      const { roomId, userId, deviceId } = request.body;
      const answer = await answered(api.connect({ userId, deviceId, roomId, platform: 'web' }));
      const heartbeatMs = Math.min(PAGE_HEARTBEAT_MS, answer.heartbeatMs);
      return { ...answer, heartbeatMs, qualityUrl: LINK_QUALITY_PATH, now: clock.now() };
    },
  );
}
