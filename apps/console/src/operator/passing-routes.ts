import { AppError, parseId } from '@longwire/domain';
import type { HttpServer } from '@longwire/runtime';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ConsoleMetrics } from '../metrics.ts';
import { ALLOWED_CALLS } from './allowed-calls.ts';
import type { AllowedCall } from './allowed-calls.ts';
import type { SessionTable } from './session-table.ts';
import { requireSession } from './signed-in.ts';
import type { Upstream, UpstreamAnswer } from './upstream.ts';

export interface PassingRoutePorts {
  readonly sessions: SessionTable;
  readonly upstream: Pick<Upstream, 'call'>;
  readonly metrics: ConsoleMetrics;
}

/** A payload of 64 KiB, escaped and with the rest of a push around it. */
const BODY_LIMIT_BYTES = 256 * 1024;

/**
 * `/api/operator/<tier>/v1/...`: the calls of the allow-list, made with the key of who is signed in. Bodies and answers go
 * through as text: this door checks who may come in, the tiers check what is asked.
 */
export function addPassingRoutes(server: HttpServer, ports: PassingRoutePorts): void {
  void server.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => done(null, body));
    for (const allowed of ALLOWED_CALLS) {
      scope.route({
        method: allowed.method,
        url: `/api/operator/${allowed.tier}${allowed.path}`,
        bodyLimit: BODY_LIMIT_BYTES,
        schema: { hide: true },
        handler: (request, reply) => pass(allowed, { request, reply, ports }),
      });
    }
  });
}

interface Passing {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly ports: PassingRoutePorts;
}

async function pass(allowed: AllowedCall, { request, reply, ports }: Passing): Promise<FastifyReply> {
  const { sessions, upstream, metrics } = ports;
  const { tier, method } = allowed;
  const { id, apiKey } = requireSession(request, sessions);
  const body = allowed.hasBody === true && typeof request.body === 'string' ? request.body : undefined;
  const target = targetOf(allowed, request);
  let answer: UpstreamAnswer;
  try {
    answer = await upstream.call({ tier, method, target, apiKey, body });
  } catch (fault) {
    metrics.operatorCalls.inc({ tier, outcome: 'away' });
    throw fault;
  }
  metrics.operatorCalls.inc({ tier, outcome: 'answered' });
  // The key was revoked: who signed in with it is signed out.
  if (answer.status === 401) sessions.end(id);
  return handOn(reply, answer);
}

/** Answers with what a tier answered. */
export function handOn(reply: FastifyReply, { status, contentType, retryAfter, text }: UpstreamAnswer): FastifyReply {
  void reply.code(status).header('cache-control', 'no-store');
  if (retryAfter !== null) void reply.header('retry-after', retryAfter);
  if (text === '') return reply.send();
  return reply.type(contentType).serializer(String).send(text);
}

/** Path and query for the tier: ids put in as ids, only the query parameters of the allow-list. */
function targetOf({ path, query = [] }: AllowedCall, request: FastifyRequest): string {
  const params = request.params as Readonly<Record<string, string>>;
  const filled = path.replace(':id', () => idOf(params['id'] ?? ''));
  const given = Object.entries(request.query as Readonly<Record<string, unknown>>);
  const search = new URLSearchParams();
  for (const [name, value] of given) {
    if (!query.includes(name) || typeof value !== 'string') {
      throw new AppError('invalid-request', `${name}: is not a known query parameter`, { field: name });
    }
    search.set(name, value);
  }
  return search.size === 0 ? filled : `${filled}?${search.toString()}`;
}

function idOf(text: string): string {
  // URLs read "." and ".." as steps between folders, also where they are escaped: such an id would change the path.
  if (parseId(text) === undefined || text === '.' || text === '..') {
    throw new AppError('invalid-request', 'id: must be 1 to 64 of A-Z a-z 0-9 _ . : -', { field: 'id' });
  }
  return encodeURIComponent(text);
}
