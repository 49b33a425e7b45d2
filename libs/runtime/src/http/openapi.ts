import type { SwaggerTransformObject } from '@fastify/swagger';
import { fastifySwagger } from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform } from 'fastify-type-provider-zod';
import type { OpenAPIV3 } from 'openapi-types';
import { PROBLEM_CONTENT_TYPE } from './problem.ts';

export interface OpenApiOptions {
  readonly title: string;
  readonly version: string;
}

const PROBLEM_SCHEMA: OpenAPIV3.SchemaObject = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail', 'code'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    code: { type: 'string' },
    field: { type: 'string' },
  },
};

const PROBLEM_RESPONSE: OpenAPIV3.ResponseObject = {
  description: 'What went wrong',
  content: { [PROBLEM_CONTENT_TYPE]: { schema: { $ref: '#/components/schemas/Problem' } } },
};

/** Describes every route added after this call and serves it at /openapi.json. */
export function serveOpenApi(server: FastifyInstance, { title, version }: OpenApiOptions): void {
  // Called directly, not registered: its route hook must be in place before the caller adds routes in this same turn.
  fastifySwagger(
    server,
    {
      openapi: {
        openapi: '3.0.3',
        info: { title, version },
        components: { securitySchemes: { apiKey: { type: 'http', scheme: 'bearer' } } },
        security: [{ apiKey: [] }],
      },
      transform: jsonSchemaTransform,
      transformObject: (document) => ('openapiObject' in document ? withProblems(document.openapiObject) : {}),
    },
    (fault) => {
      if (fault !== undefined) throw fault;
    },
  );
  server.get('/openapi.json', { schema: { hide: true } }, () => server.swagger());
}

type OpenApiObject = Extract<Parameters<SwaggerTransformObject>[0], { openapiObject: unknown }>['openapiObject'];

/** Every operation may answer with a problem; said once here instead of in every route. */
function withProblems(openapiObject: OpenApiObject): OpenApiObject {
  // The document is of the version asked for above, which the plugin's type does not know.
  const document = openapiObject as Partial<OpenAPIV3.Document>;
  for (const item of Object.values(document.paths ?? {})) {
    for (const method of ['get', 'put', 'post', 'delete', 'patch'] as const) {
      const operation = item?.[method];
      if (operation !== undefined) operation.responses = { ...operation.responses, default: PROBLEM_RESPONSE };
    }
  }
  const { components = {} } = document;
  return {
    ...document,
    components: { ...components, schemas: { ...components.schemas, Problem: PROBLEM_SCHEMA } },
  } as OpenApiObject;
}
