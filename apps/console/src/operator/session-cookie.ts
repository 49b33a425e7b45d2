const NAME = 'longwire-operator';
/** Where the cookie is sent: to the operator's calls alone, not with every file and not with those of the live room. */
const PATH = '/api/operator';

export interface CookieOptions {
  readonly maxAgeMs: number;
  /** Send it over https only. */
  readonly isSecure: boolean;
}

/** `Set-Cookie` that gives the browser a session: no script can read it, no other site can have it sent. */
export function sessionCookie(id: string, { maxAgeMs, isSecure }: CookieOptions): string {
  const secure = isSecure ? '; Secure' : '';
  return `${NAME}=${id}; Path=${PATH}; Max-Age=${Math.floor(maxAgeMs / 1_000)}; HttpOnly; SameSite=Strict${secure}`;
}

/** `Set-Cookie` that takes it away again. */
export function clearedCookie({ isSecure }: Pick<CookieOptions, 'isSecure'>): string {
  return sessionCookie('', { maxAgeMs: 0, isSecure });
}

/** The session id of a `Cookie` header; undefined when it has none. */
export function sessionIdOf(header: string | undefined): string | undefined {
  for (const part of header?.split(';') ?? []) {
    const [name, value] = part.trim().split('=', 2);
    if (name === NAME && value !== undefined && /^[\w-]{43}$/.test(value)) return value;
  }
  return undefined;
}
