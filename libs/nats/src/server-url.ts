import { AppError } from '@longwire/domain';

/** Where NATS is and how to log in, read from one setting. */
export interface ServerAddress {
  /** `host:port`, one or more of one cluster. Fit for logs and error messages: holds no secret. */
  readonly hosts: readonly string[];
  readonly user: string | undefined;
  readonly password: string | undefined;
  /** Set when the URL has a user part without a password: `nats://<token>@host`. */
  readonly token: string | undefined;
  readonly isTls: boolean;
}

const DEFAULT_PORT = '4222';

/**
 * Reads `nats://[user:password@|token@]host[:port]`, or several of these with commas between; `tls://` asks for TLS.
 * Login and TLS are those of the first. Throws AppError `invalid-request`, without repeating what was given.
 */
export function parseServerUrl(text: string): ServerAddress {
  const urls = text.split(',').map((part) => parseOne(part.trim()));
  const [first] = urls;
  if (first === undefined) throw invalidUrl();
  const user = decodeURIComponent(first.username);
  const password = decodeURIComponent(first.password);
  return {
    hosts: urls.map((url) => `${url.hostname}:${url.port === '' ? DEFAULT_PORT : url.port}`),
    user: user !== '' && password !== '' ? user : undefined,
    password: password === '' ? undefined : password,
    token: user !== '' && password === '' ? user : undefined,
    isTls: first.protocol === 'tls:',
  };
}

function parseOne(part: string): URL {
  const url = URL.parse(part.includes('://') ? part : `nats://${part}`);
  if (url === null || url.hostname === '' || !['nats:', 'tls:'].includes(url.protocol)) throw invalidUrl();
  return url;
}

function invalidUrl(): AppError {
  return new AppError('invalid-request', 'The NATS URL is not of the form nats://host:port');
}
