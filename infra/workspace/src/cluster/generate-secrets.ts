import { randomBytes } from 'node:crypto';

/** The secrets a cluster needs, made up where the environment gave none: they last as long as the cluster runs. */
export function generateSecrets(given: { readonly apiKey: string | null; readonly tokenKeys: readonly string[] }): {
  readonly apiKey: string;
  readonly tokenKeys: string;
} {
  const made = `k1:${randomBytes(32).toString('base64url')}`;
  return {
    apiKey: given.apiKey ?? `lw_dev_${randomBytes(24).toString('base64url')}`,
    tokenKeys: given.tokenKeys.length > 0 ? given.tokenKeys.join(',') : made,
  };
}
