import { AppError } from '@longwire/domain';
import type { HttpServer } from '@longwire/runtime';
import { z } from 'zod';
import type { CallerLimits } from '../backend/caller-limits.ts';
import type { ConsoleMetrics } from '../metrics.ts';
import { checkKey, keyIdOf } from './check-key.ts';
import { requireOwnPage } from './own-pages-only.ts';
import { clearedCookie, sessionCookie, sessionIdOf } from './session-cookie.ts';
import type { OperatorSession, SessionTable } from './session-table.ts';
import type { Upstream } from './upstream.ts';

export interface SessionRoutePorts {
  readonly sessions: SessionTable;
  readonly upstream: Pick<Upstream, 'call'>;
  readonly limits: CallerLimits;
  readonly metrics: ConsoleMetrics;
  readonly maxAgeMs: number;
  readonly isSecure: boolean;
}

const PATH = '/api/operator/session';
/** What fits into a header as it is. */
const apiKeySchema = z.string().regex(/^[\x21-\x7e]{1,512}$/, 'must be 1 to 512 printable characters without blanks');
const sessionSchema = z.object({
  isSignedIn: z.boolean(),
  keyId: z.string().nullable().describe('Public handle of the key'),
  endsAt: z.number().nullable().describe('ms since 1970'),
});

/** `POST`, `GET` and `DELETE /api/operator/session`: sign in with an API key, who am I, sign out. */
export function addSessionRoutes(server: HttpServer, ports: SessionRoutePorts): void {
  const { sessions, upstream, limits, metrics, maxAgeMs, isSecure } = ports;
  const current = (cookie: string | undefined): OperatorSession | undefined => {
    const id = sessionIdOf(cookie);
    return id === undefined ? undefined : sessions.use(id);
  };

  server.post(
    PATH,
    {
      schema: {
        summary: 'Sign in: the key stays here, the browser gets a cookie',
        security: [],
        body: z.strictObject({ apiKey: apiKeySchema }),
        response: { 200: sessionSchema },
      },
    },
    async (request, reply) => {
      requireOwnPage(request.headers);
      const outcome = await signIn(request.body.apiKey, request.ip);
      metrics.signIns.inc({
        outcome: outcome instanceof AppError ? (OUTCOMES[outcome.code] ?? 'unavailable') : 'accepted',
      });
      if (outcome instanceof AppError) throw outcome;
      const before = sessionIdOf(request.headers.cookie);
      if (before !== undefined) sessions.end(before);
      void reply.header('set-cookie', sessionCookie(outcome.id, { maxAgeMs, isSecure }));
      return reply.header('cache-control', 'no-store').send(viewOf(outcome));
    },
  );

  async function signIn(apiKey: string, address: string): Promise<OperatorSession | AppError> {
    try {
      // Before the key is looked at: guesses that run side by side are counted too.
      limits.take('signIn', address);
      const verdict = await checkKey(upstream, apiKey);
      if (verdict === 'unknown')
        return new AppError('unknown-api-key', 'This API key is not known', { field: 'apiKey' });
      return sessions.start(apiKey, keyIdOf(apiKey));
    } catch (fault) {
      if (fault instanceof AppError) return fault;
      throw fault;
    }
  }

  server.get(
    PATH,
    { schema: { summary: 'Who is signed in', security: [], response: { 200: sessionSchema } } },
    async (request, reply) => {
      requireOwnPage(request.headers);
      return reply.header('cache-control', 'no-store').send(viewOf(current(request.headers.cookie)));
    },
  );

  server.delete(
    PATH,
    { schema: { summary: 'Sign out', security: [], response: { 204: z.null() } } },
    async (request, reply) => {
      requireOwnPage(request.headers);
      const id = sessionIdOf(request.headers.cookie);
      if (id !== undefined) sessions.end(id);
      return reply.header('set-cookie', clearedCookie({ isSecure })).code(204).send(null);
    },
  );
}

const OUTCOMES: Readonly<Record<string, string>> = { 'rate-limited': 'limited', 'unknown-api-key': 'refused' };

function viewOf(session: OperatorSession | undefined): z.infer<typeof sessionSchema> {
  if (session === undefined) return { isSignedIn: false, keyId: null, endsAt: null };
  return { isSignedIn: true, keyId: session.keyId, endsAt: session.endsAtMs };
}
