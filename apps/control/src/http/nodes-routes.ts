import type { HttpServer } from '@longwire/runtime';
import { z } from 'zod';
import type { NodeRegistry } from '../nodes/node-registry.ts';
import { listQuery } from './request-schemas.ts';
import { listAnswer } from './response-schemas.ts';

/** A cache in front may answer for this long: no staler than the lease of a node allows anyway. */
const CACHE_CONTROL = 'public, max-age=1';

const unchanged = z.void().meta({ description: 'Unchanged.' });

/** GET /v1/nodes/version and GET /v1/nodes: the list of nodes for clients; open to all, answered from memory. */
export function addNodesRoutes(server: HttpServer, registry: Pick<NodeRegistry, 'current'>): void {
  server.route({
    method: 'GET',
    url: '/v1/nodes/version',
    schema: {
      summary: 'The version of the list of nodes, a bare number',
      security: [],
      response: { 200: z.string(), 304: unchanged },
    },
    // Plain text and not JSON, so the serializer of the schema is left aside.
    serializerCompiler: () => String,
    handler: async (request, reply) => {
      const { version } = registry.current();
      const tag = `"${version}"`;
      reply.header('etag', tag).header('cache-control', CACHE_CONTROL);
      if (request.headers['if-none-match'] === tag) return reply.code(304).send();
      return reply.type('text/plain').send(String(version));
    },
  });
  server.route({
    method: 'GET',
    url: '/v1/nodes',
    schema: {
      summary: 'The nodes clients may dial; 304 when the version is still the one given',
      security: [],
      querystring: listQuery,
      response: { 200: listAnswer, 304: unchanged },
    },
    handler: async (request, reply) => {
      const { version, addresses } = registry.current();
      reply.header('cache-control', CACHE_CONTROL);
      if (request.query.version === version) return reply.code(304).send();
      return reply.send({ version, nodes: [...addresses] });
    },
  });
}
