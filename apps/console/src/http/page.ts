import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fastifyStatic } from '@fastify/static';
import type { HttpServer } from '@longwire/runtime';

const YEAR_SECONDS = 31_536_000;

const NOT_BUILT = `<!doctype html>
<html lang="en">
  <title>Longwire console</title>
  <h1>The page is not built yet</h1>
  <p>Run <code>npx nx run console:build</code> and start again, or use <code>npm start</code>, which does both.</p>
</html>
`;

/**
 * Serves the built page. Files under `assets/` carry a hash in their names and are kept by browsers for good; all else
 * is asked for anew each time. `/console` leads to the operator console, `/console/`. Where there is no build, a page with status 503 says how to make one.
 */
export function servePage(server: HttpServer, distFolder: string): void {
  if (!existsSync(join(distFolder, 'index.html'))) {
    server.get('/', { schema: { hide: true } }, (_request, reply) =>
      reply.code(503).type('text/html; charset=utf-8').serializer(String).send(NOT_BUILT),
    );
    return;
  }
  server.get('/console', { schema: { hide: true } }, (_request, reply) => reply.redirect('/console/'));
  void server.register(fastifyStatic, {
    root: distFolder,
    preCompressed: true,
    cacheControl: false,
    // One route per file: nothing but what the build made can be asked for.
    wildcard: false,
    schemaHide: true,
    setHeaders: (reply, path) => {
      const isHashed = path.startsWith(join(distFolder, 'assets'));
      void reply.header('cache-control', isHashed ? `public, max-age=${YEAR_SECONDS}, immutable` : 'no-cache');
    },
  });
}
