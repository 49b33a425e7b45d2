import type { FastifyInstance } from 'fastify';

/**
 * Bodies are JSON or refused with 415. An empty body with a JSON content-type counts as none, so that clients that
 * always send the header can call paths without a body.
 */
export function takeOnlyJson(
  server: Pick<FastifyInstance, 'getDefaultJsonParser' | 'removeAllContentTypeParsers' | 'addContentTypeParser'>,
): void {
  const parse = server.getDefaultJsonParser('error', 'error');
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined);
    else void parse(request, body.toString(), done);
  });
}
