/** The error to show when a listener could not be opened: says which port of which host, and why in words. */
export function listenFailure(cause: unknown, { host, port }: { host: string; port: number }): Error {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  const where = `port ${port} of ${host}`;
  switch (code) {
    case 'EADDRINUSE':
      return new Error(`${where} is taken`, { cause });
    case 'EACCES':
      return new Error(`${where} needs more rights than this process has`, { cause });
    case 'ENOTSUP':
      return new Error(`${where} cannot be shared: this platform does not know SO_REUSEPORT`, { cause });
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new Error(`${host} is not an address of this machine`, { cause });
    default:
      return new Error(`cannot listen on ${where}: ${cause instanceof Error ? cause.message : String(cause)}`, {
        cause,
      });
  }
}
