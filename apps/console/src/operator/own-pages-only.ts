import { AppError } from '@longwire/domain';

/** Every call of the operator console carries it; a page of another site cannot send it without being asked (CORS). */
export const CONSOLE_HEADER = 'x-longwire-console';

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/**
 * Throws `foreign-origin` unless the call is made by a page of this console. Three locks, each enough by itself: the
 * cookie is SameSite=Strict, the header below cannot be sent across origins, and the browser says where a call is from.
 */
export function requireOwnPage(headers: Headers): void {
  if (headers[CONSOLE_HEADER] !== '1') {
    throw new AppError('foreign-origin', `Calls of the operator console carry ${CONSOLE_HEADER}: 1`);
  }
  const site = headers['sec-fetch-site'];
  if (site === 'same-origin') return;
  const { origin, host } = headers;
  // Browsers that name no site name the origin of every call that changes something; programs name neither.
  const isOwn = site === undefined && (origin === undefined || hostOf(origin) === host);
  if (!isOwn) throw new AppError('foreign-origin', 'The call comes from a page of another site');
}

function hostOf(origin: string | string[]): string | undefined {
  return typeof origin === 'string' ? URL.parse(origin)?.host : undefined;
}
