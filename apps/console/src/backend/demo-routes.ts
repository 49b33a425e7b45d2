import type { Clock } from '@longwire/domain';
import type { HttpServer } from '@longwire/runtime';
import { z } from 'zod';
import { idSchema } from './browser-ids.ts';
import type { CallerLimits } from './caller-limits.ts';
import type { DemoCrowd } from './demo-crowd.ts';
import { CROWD_MESSAGES } from './demo-crowd.ts';
import type { LongwireApi } from './longwire-api.ts';
import { answered } from './upstream-error.ts';

export interface DemoRoutePorts {
  readonly api: Pick<LongwireApi, 'push' | 'putRoom'>;
  readonly limits: CallerLimits;
  readonly clock: Clock;
  readonly crowd: DemoCrowd;
}

const DEMO_ZONE = 'demo';

const pushed = z.object({ messageId: z.string() });
const roomBody = z.strictObject({ roomId: idSchema });

/** `POST /api/demo/...`: what the buttons of the page do, one push target each. */
export function addDemoRoutes(server: HttpServer, { api, limits, clock, crowd }: DemoRoutePorts): void {
  const push = async (request: Parameters<LongwireApi['push']>[0]) => {
    const { messageId } = await answered(api.push(request));
    return { messageId };
  };

  server.post(
    '/api/demo/zone-notice',
    {
      schema: {
        summary: `A notice to every room of the zone ${DEMO_ZONE}, into which the room is put first`,
        security: [],
        body: roomBody,
        response: { 202: pushed },
      },
    },
    async (request, reply) => {
      limits.take('push', request.ip);
      await answered(api.putRoom(request.body.roomId, DEMO_ZONE));
      const payload = {
        cmd: 'ZONE_NOTICE',
        zone: DEMO_ZONE,
        text: 'Next in the demo zone: the night set starts in ten minutes',
        at: clock.now(),
      };
      return reply.code(202).send(await push({ target: { kind: 'zone', zoneId: DEMO_ZONE }, payload }));
    },
  );

  server.post(
    '/api/demo/global-notice',
    {
      schema: {
        summary: 'A notice to every connection',
        security: [],
        body: z.strictObject({}),
        response: { 202: pushed },
      },
    },
    async (request, reply) => {
      limits.take('push', request.ip);
      const text = 'Planned maintenance tonight at 03:00. Your connection will move by itself.';
      const payload = { cmd: 'GLOBAL_NOTICE', text, at: clock.now() };
      return reply.code(202).send(await push({ target: { kind: 'all' }, payload }));
    },
  );

  server.post(
    '/api/demo/burst',
    {
      schema: {
        summary: `${CROWD_MESSAGES} messages to one room within a second`,
        security: [],
        body: roomBody,
        response: { 202: z.object({ messages: z.int() }) },
      },
    },
    async (request, reply) => {
      limits.take('burst', request.ip);
      crowd.cheer(request.body.roomId);
      return reply.code(202).send({ messages: CROWD_MESSAGES });
    },
  );
}
