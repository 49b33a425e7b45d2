import type { Environment } from './load-config.ts';

/** The environment of this process: the one place where it is read. */
export function processEnvironment(): Environment {
  return process.env;
}
