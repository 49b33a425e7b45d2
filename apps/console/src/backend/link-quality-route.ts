import { AppError } from '@longwire/domain';
import type { HttpServer } from '@longwire/runtime';
import { z } from 'zod';
import type { CallerLimits } from './caller-limits.ts';
import { LongwireError } from './longwire-api.ts';
import type { LongwireApi } from './longwire-api.ts';
import { answered } from './upstream-error.ts';

export const LINK_QUALITY_PATH = '/api/link-quality';
const BODY_LIMIT_BYTES = 4 * 1024;

export interface LinkQualityRoutePorts {
  readonly api: Pick<LongwireApi, 'reportLinkQuality'>;
  readonly limits: CallerLimits;
}

/**
 * `POST /api/link-quality`: passes on to control what the page saw of the nodes, with the token of the page. What is in it
 * is control's to judge.
 */
export function addLinkQualityRoute(server: HttpServer, { api, limits }: LinkQualityRoutePorts): void {
  server.post(
    LINK_QUALITY_PATH,
    {
      bodyLimit: BODY_LIMIT_BYTES,
      schema: {
        summary: 'What the page saw of the access nodes, for control; the bearer is its connect token',
        security: [],
        body: z.object({ nodes: z.array(z.unknown()) }),
        response: { 204: z.void() },
      },
    },
    async (request, reply) => {
      limits.take('look', request.ip);
      const reported = api.reportLinkQuality(request.body, request.headers.authorization ?? '');
      await answered(reported.catch(refusedToken));
      return reply.code(204).send();
    },
  );
}

/** Here a 401 is about the token of the page, and not about our key. */
function refusedToken(error: unknown): never {
  if (error instanceof LongwireError && error.status === 401) {
    throw new AppError('invalid-token', 'The connect token is not good any more', { cause: error });
  }
  throw error;
}
