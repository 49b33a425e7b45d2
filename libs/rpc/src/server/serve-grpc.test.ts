import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { after, test } from 'node:test';
import { Client, credentials, type Metadata, Metadata as MetadataOf, type ServiceError } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { AppError } from '@longwire/domain';
import { OnlineServiceService, PushServiceService } from '@longwire/protos/service/v1';
import { createSilentLogger } from '@longwire/runtime';
import { eventually } from '@longwire/testkit';
import { protoPath } from 'grpc-health-check';
import type { UnaryMethod } from '../client/call-unary.ts';
import { appErrorOf } from '../error-status.ts';
import { type GrpcServer, serveGrpc } from './serve-grpc.ts';
import { type CallContext, unaryService } from './unary-service.ts';

const logger = createSilentLogger();
const protoFile = 'longwire/service/v1/service.proto';
const cleanups: (() => unknown)[] = [];
after(async () => {
  for (const cleanup of cleanups.toReversed()) await cleanup();
});

interface Behind {
  readonly online: (context: CallContext) => Promise<{ connections: number; users: number; rooms: number }>;
  readonly isServing?: () => boolean;
}

async function start({ online, isServing = () => true }: Behind): Promise<{ server: GrpcServer; client: Client }> {
  const refuse = (): Promise<never> => Promise.reject(new AppError('unknown-path', 'Not here'));
  const service = unaryService({
    definition: OnlineServiceService,
    protoFile,
    handlers: { getOnline: (_request, context) => online(context), getPresence: refuse, kickUser: refuse },
    logger,
  });
  const server = await serveGrpc({ host: '127.0.0.1', port: 0, services: [service], isServing });
  const client = new Client(server.address, credentials.createInsecure());
  cleanups.push(
    () => server.close(),
    () => client.close(),
  );
  return { server, client };
}

function call<Request, Response>(
  client: Client,
  method: UnaryMethod<Request, Response>,
  { request, metadata = new MetadataOf() }: { readonly request: Request; readonly metadata?: Metadata },
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const { path, requestSerialize, responseDeserialize } = method;
    client.makeUnaryRequest(path, requestSerialize, responseDeserialize, request, metadata, (failure, response) => {
      if (failure === null && response !== undefined) resolve(response);
      else reject(failure ?? new Error('nothing came'));
    });
  });
}

test('a handler sees the metadata and its answer reaches the client', async () => {
  let seen: string | undefined;
  const { client } = await start({
    online: async (context) => {
      seen = context.metadata('authorization');
      return { connections: 3, users: 2, rooms: 1 };
    },
  });
  const metadata = new MetadataOf();
  metadata.set('authorization', 'Bearer k');
  const response = await call(client, OnlineServiceService.getOnline, { request: {}, metadata });
  assert.deepEqual(response, { connections: 3, users: 2, rooms: 1 });
  assert.equal(seen, 'Bearer k');
});

test('an AppError reaches the client with its code, anything else as internal', async () => {
  let thrown: Error = new AppError('rate-limited', 'Slow down', { retryAfterMs: 250 });
  const { client } = await start({ online: () => Promise.reject(thrown) });
  const failureOf = async (): Promise<AppError> => {
    const failure = await call(client, OnlineServiceService.getOnline, { request: {} }).catch(
      (error: unknown) => error,
    );
    return appErrorOf(failure as ServiceError, 'service');
  };
  const limited = await failureOf();
  assert.deepEqual([limited.code, limited.retryAfterMs], ['rate-limited', 250]);
  thrown = new Error('secret detail');
  const internal = await failureOf();
  assert.equal(internal.code, 'internal');
  assert.equal(internal.message.includes('secret'), false);
});

test('a method of a service that is not served is refused', async () => {
  const { client } = await start({ online: async () => ({ connections: 0, users: 0, rooms: 0 }) });
  await assert.rejects(call(client, PushServiceService.getMessage, { request: { messageId: 'm' } }), /UNIMPLEMENTED/);
});

test('health follows what the server is asked, for the whole and for each service', async () => {
  let isServing = true;
  const { client } = await start({
    online: async () => ({ connections: 0, users: 0, rooms: 0 }),
    isServing: () => isServing,
  });
  const health = loadSync(protoPath, { enums: String, defaults: true })['grpc.health.v1.Health'];
  assert.ok(health !== undefined && 'Check' in health);
  const check = health.Check as UnaryMethod<{ service: string }, { status: string }>;
  const statusOf = async (service: string): Promise<string> =>
    (await call(client, check, { request: { service } })).status;
  for (const name of ['', 'longwire.service.v1.OnlineService']) assert.equal(await statusOf(name), 'SERVING');
  isServing = false;
  await eventually(async () => (await statusOf('')) === 'NOT_SERVING');
});

test('reflection lists the services', async () => {
  const { client } = await start({ online: async () => ({ connections: 0, users: 0, rooms: 0 }) });
  const keep = (bytes: Buffer): Buffer => bytes;
  const path = '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo';
  const stream = client.makeBidiStreamRequest(path, keep, keep, new MetadataOf());
  // ServerReflectionRequest { list_services: "*" }
  stream.write(Buffer.from([0x3a, 0x01, 0x2a]));
  const [answer] = (await once(stream, 'data')) as [Buffer];
  stream.end();
  assert.match(answer.toString('latin1'), /longwire\.service\.v1\.OnlineService/);
  assert.match(answer.toString('latin1'), /grpc\.health\.v1\.Health/);
});

test('a taken port is named', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  cleanups.push(() => taken.close());
  const address = taken.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  await assert.rejects(
    serveGrpc({ host: '127.0.0.1', port, services: [] }),
    new RegExp(`Cannot listen for gRPC on 127\\.0\\.0\\.1:${port}`),
  );
});

test('close lets a call that is under way end, and frees the port', async () => {
  const held = Promise.withResolvers<{ connections: number; users: number; rooms: number }>();
  const begun = Promise.withResolvers<void>();
  const { server, client } = await start({
    online: () => {
      begun.resolve();
      return held.promise;
    },
  });
  const asked = call(client, OnlineServiceService.getOnline, { request: {} });
  await begun.promise;
  const closing = server.close();
  held.resolve({ connections: 1, users: 1, rooms: 1 });
  assert.equal((await asked).connections, 1);
  await closing;
  await server.close();
  const next = await serveGrpc({ host: '127.0.0.1', port: server.port, services: [] });
  await next.close();
});
