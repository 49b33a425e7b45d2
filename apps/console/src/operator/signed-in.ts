import { AppError } from '@longwire/domain';
import { requireOwnPage } from './own-pages-only.ts';
import { sessionIdOf } from './session-cookie.ts';
import type { OperatorSession, SessionTable } from './session-table.ts';

interface Call {
  readonly headers: Readonly<Record<string, string | string[] | undefined>> & { readonly cookie?: string | undefined };
}

/** The session a call belongs to. Throws `foreign-origin`, or `missing-api-key` when nobody is signed in (any more). */
export function requireSession(request: Call, sessions: SessionTable): OperatorSession {
  requireOwnPage(request.headers);
  const id = sessionIdOf(request.headers.cookie);
  const session = id === undefined ? undefined : sessions.use(id);
  if (session === undefined) throw new AppError('missing-api-key', 'Sign in with an API key first');
  return session;
}
