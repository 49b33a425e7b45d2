interface Caller {
  readonly ip: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/**
 * The address a request is limited by. Behind a proxy it is the last entry of X-Forwarded-For, the one that proxy wrote
 * itself; those before it are hearsay of the caller.
 */
export function callerAddressOf(request: Caller, isBehindProxy: boolean): string {
  if (!isBehindProxy) return request.ip;
  const header = request.headers['x-forwarded-for'];
  const entries = typeof header === 'string' ? header : header?.at(-1);
  return entries?.split(',').at(-1)?.trim() || request.ip;
}
