import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** libs/client/dist, which `nx` builds before these tests. */
export function builtClient(): string {
  const folder = fileURLToPath(new URL('../../libs/client/dist', import.meta.url));
  if (existsSync(`${folder}/longwire.js`)) return folder;
  throw new Error(`${folder} is not there: npx nx run client:build`);
}
