import type { TokenOpener } from '@longwire/auth';
import { AppError } from '@longwire/domain';
import type { Clock } from '@longwire/domain';
import { createRateLimiter } from '@longwire/runtime';
import type { HttpServer } from '@longwire/runtime';
import { z } from 'zod';
import type { LinkQualityTable } from '../quality/link-quality-table.ts';
import { callerAddressOf } from './caller-address.ts';
import { linkQualityBody } from './request-schemas.ts';

const BODY_LIMIT_BYTES = 4 * 1024;
/** A client reports about once a minute; a flood of one device or of one address is refused before it counts. */
const DEVICE_LIMIT = { ratePerSec: 1 / 20, burst: 3, maxKeys: 100_000 } as const;
const ADDRESS_LIMIT = { ratePerSec: 100, burst: 200, maxKeys: 10_000 } as const;

export interface LinkQualityRouteOptions {
  readonly tokens: TokenOpener;
  readonly table: Pick<LinkQualityTable, 'note'>;
  readonly clock: Clock;
  readonly isBehindProxy: boolean;
  /** Told of each report. */
  readonly onReport: (outcome: 'taken' | 'limited' | 'refused') => void;
}

/**
 * POST /v1/link-quality: what a client saw of the nodes. It shows its connect token, which may have run out since, and
 * is believed little: see the scheduling policy `link-quality`. Browsers may call it from any page.
 */
export function addLinkQualityRoute(server: HttpServer, options: LinkQualityRouteOptions): void {
  const { tokens, table, clock, isBehindProxy, onReport } = options;
  const devices = createRateLimiter({ ...DEVICE_LIMIT, clock });
  const addresses = createRateLimiter({ ...ADDRESS_LIMIT, clock });
  const take = (limiter: typeof devices, key: string): void => {
    const outcome = limiter.take(key);
    if (outcome.ok) return;
    onReport('limited');
    throw new AppError('rate-limited', 'Too many reports of link quality', { retryAfterMs: outcome.retryAfterMs });
  };
  const refuse = (message: string): never => {
    onReport('refused');
    throw new AppError('invalid-token', message);
  };

  server.route({
    method: 'OPTIONS',
    url: '/v1/link-quality',
    schema: { hide: true },
    handler: (_request, reply) =>
      reply
        .code(204)
        .header('access-control-allow-origin', '*')
        .header('access-control-allow-methods', 'POST')
        .header('access-control-allow-headers', 'authorization, content-type')
        .header('access-control-max-age', '86400')
        .send(),
  });
  server.route({
    method: 'POST',
    url: '/v1/link-quality',
    bodyLimit: BODY_LIMIT_BYTES,
    schema: {
      summary: 'What a client saw of the access nodes since its last report; the bearer is its connect token',
      body: linkQualityBody,
      response: { 204: z.void() },
    },
    // Before the body is read: who may not report costs no more than this.
    onRequest: async (request, reply) => {
      reply.header('access-control-allow-origin', '*');
      take(addresses, callerAddressOf(request, isBehindProxy));
      const [, token] = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '') ?? [];
      if (token === undefined) return refuse('The connect token is missing');
      const opened = tokens.open(token);
      if (!opened.ok) return refuse(`The connect token is ${opened.reason}`);
      take(devices, opened.claims.deviceId);
    },
    handler: async (request, reply) => {
      for (const { nodeId, ...sample } of request.body.nodes) table.note(nodeId, sample);
      onReport('taken');
      return reply.code(204).send();
    },
  });
}
