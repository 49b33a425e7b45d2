import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Where the Longwire of `npm start` is, and its API key: `{ control, service, apiKey }`. A program of your own has these in its
 * configuration.
 */
export function whereIsLongwire() {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const path = join(process.env.LONGWIRE_STATE_DIR ?? join(root, '.longwire'), 'ready.json');
  return JSON.parse(readFileSync(path, 'utf8'));
}
