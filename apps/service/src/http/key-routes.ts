import { SCOPES } from '@longwire/domain';
import type { Credential, ZoneId } from '@longwire/domain';
import { idSchema } from '@longwire/runtime';
import type { HttpServer } from '@longwire/runtime';
import { z } from 'zod';
import type { KeyService } from '../keys/key-service.ts';
import type { Authenticate } from './authenticate.ts';

const keySchema = z.object({
  keyId: z.string(),
  name: z.string(),
  scopes: z.array(z.string()),
  zones: z.array(z.string()).nullable(),
  createdAt: z.number(),
});
const newKeySchema = z.strictObject({
  name: z.string().min(1).max(100),
  scopes: z
    .array(z.string())
    .min(1)
    .describe(`Any of ${SCOPES.join(', ')}`),
  zones: z.array(idSchema<ZoneId>()).min(1).max(100).nullish().describe('Zones the key is limited to; absent: all'),
});

/** `POST`, `GET` and `DELETE /v1/admin/keys`: for keys with the scope `admin`. */
export function addKeyRoutes(app: HttpServer, ports: { authenticate: Authenticate; keys: KeyService }): void {
  app.post(
    '/v1/admin/keys',
    {
      schema: {
        summary: 'Make an API key; it is shown this once',
        tags: ['keys'],
        body: newKeySchema,
        response: { 201: keySchema.extend({ apiKey: z.string() }) },
      },
    },
    async (request, reply) => {
      const credential = await ports.authenticate(request);
      const { name, scopes, zones } = request.body;
      const created = await ports.keys.create(credential, { name, scopes, zones: zones ?? null });
      return reply.code(201).send({ ...toView(created), apiKey: created.apiKey });
    },
  );

  app.get(
    '/v1/admin/keys',
    { schema: { summary: 'All API keys', tags: ['keys'], response: { 200: z.object({ keys: z.array(keySchema) }) } } },
    async (request) => ({ keys: (await ports.keys.list(await ports.authenticate(request))).map(toView) }),
  );

  app.delete(
    '/v1/admin/keys/:keyId',
    {
      schema: {
        summary: 'Revoke an API key',
        tags: ['keys'],
        params: z.object({ keyId: z.string().max(64) }),
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      await ports.keys.revoke(await ports.authenticate(request), request.params.keyId);
      return reply.code(204).send(null);
    },
  );
}

function toView(credential: Credential): z.infer<typeof keySchema> {
  const { keyId, name, scopes, zones, createdAtMs } = credential;
  return { keyId, name, scopes: [...scopes], zones: zones === null ? null : [...zones], createdAt: createdAtMs };
}
