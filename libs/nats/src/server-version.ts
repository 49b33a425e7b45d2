import { AppError } from '@longwire/domain';

const OLDEST = [2, 9] as const;

/** Throws AppError `bus-unavailable` when the server is older than 2.9, the oldest this library is tested with. */
export function assertServerVersion(version: string | undefined, where: string): void {
  const [major = 0, minor = 0] = (version ?? '').split('.').map(Number);
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return;
  const seen = version ?? 'of unknown version';
  throw new AppError('bus-unavailable', `nats-server at ${where} is ${seen}; ${OLDEST.join('.')} or newer is needed`);
}
