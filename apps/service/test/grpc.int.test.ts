import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { credentials, Metadata } from '@grpc/grpc-js';
import type { ServiceError } from '@grpc/grpc-js';
import { PARTITION_COUNT } from '@longwire/domain';
import { openNatsBus } from '@longwire/nats';
import type { OpenBus } from '@longwire/nats';
import { MessageStatusReply, RoomPush, RoomPushReply } from '@longwire/protos/bus/v1';
import {
  Lane,
  MessageStatus,
  OnlineServiceClient,
  PushRequest,
  PushServiceClient,
  RoomServiceClient,
} from '@longwire/protos/service/v1';
import type {
  DeleteRoomResponse,
  GetMessageResponse,
  GetOnlineResponse,
  GetPresenceResponse,
  GetRoomResponse,
  KickUserResponse,
  PushResponse,
  PutRoomResponse,
} from '@longwire/protos/service/v1';
import { serveLogic } from '@longwire/rpc';
import type { GrpcServer } from '@longwire/rpc';
import { createHealth, createMetricsRegistry, createSilentLogger, loadConfig, systemClock } from '@longwire/runtime';
import { eventually, FakeLogicApi } from '@longwire/testkit';
import { skipWithout, startNats, startRedis } from '@longwire/testkit/servers';
import type { RunningServer } from '@longwire/testkit/servers';
import { openServiceApp } from '../src/app.ts';
import type { ServiceApp } from '../src/app.ts';
import { serviceConfig } from '../src/config.ts';
import { sessionOf } from './service-fixture.ts';

const skip = (await skipWithout('nats-server')) || (await skipWithout('redis-server'));
const payload = Buffer.from('{"cmd":"X","text":"hi"}');

describe('the gRPC door, on real NATS and Redis', { skip }, () => {
  const logger = createSilentLogger();
  const logic = new FakeLogicApi();
  const taken: RoomPush[] = [];
  let servers: readonly RunningServer[];
  let logicServer: GrpcServer;
  let dispatch: OpenBus;
  let worker: OpenBus;
  let app: ServiceApp;
  let address: string;

  before(async () => {
    const [nats, redis] = await Promise.all([startNats(), startRedis()]);
    servers = [nats, redis];
    logic.rooms = [];
    logic.sessions = [sessionOf('42', 'c1', 'access-1')];
    logicServer = await serveLogic({ host: '127.0.0.1', port: 0, logic, logger });
    dispatch = await openNatsBus({ url: nats.url, lane: 'bulk', name: 'dispatch', logger });
    for (let partition = 0; partition < PARTITION_COUNT; partition += 1) {
      await dispatch.subscribe({ kind: 'room-push', partition }, (bytes, respond) => {
        const push = RoomPush.decode(bytes);
        taken.push(push);
        respond?.(RoomPushReply.encode({ accepted: push.messages.length, isOverloaded: false }).finish());
      });
    }
    worker = await openNatsBus({ url: nats.url, lane: 'express', name: 'worker', logger });
    await worker.subscribe({ kind: 'message-status' }, (_query, respond) => {
      const reply = { isKnown: true, isOver: false, targets: 1, acked: 0, attempts: 1 };
      respond?.(MessageStatusReply.encode(reply).finish());
    });
    const config = loadConfig(serviceConfig, {
      LONGWIRE_API_KEY: 'key',
      LONGWIRE_NATS_URL: nats.url,
      LONGWIRE_REDIS_URL: redis.url,
      LONGWIRE_LOGIC_GRPC: logicServer.address,
      LONGWIRE_SERVICE_HTTP_PORT: '0',
      LONGWIRE_SERVICE_GRPC_PORT: '0',
    });
    const base = { logger, metrics: createMetricsRegistry(), health: createHealth(), clock: systemClock() };
    app = await openServiceApp(config, { ...base, nodeName: 'service-1' });
    await app.start(new AbortController().signal);
    address = app.describe().grpc;
  });
  after(async () => {
    await app?.stop();
    await dispatch?.close();
    await worker?.close();
    await logicServer?.close();
    await Promise.all((servers ?? []).map((server) => server.stop()));
  });

  /** Makes one call with a key; resolves with its answer, rejects with its status. */
  function call<Answer>(
    invoke: (metadata: Metadata, done: (error: ServiceError | null, answer: Answer) => void) => unknown,
    apiKey = 'key',
  ): Promise<Answer> {
    const metadata = new Metadata();
    metadata.set('authorization', `Bearer ${apiKey}`);
    return new Promise((resolve, reject) => {
      invoke(metadata, (error, answer) => (error === null ? resolve(answer) : reject(error)));
    });
  }

  test('pushes to a room and tells the status of an acked message', async () => {
    using client = closing(new PushServiceClient(address, credentials.createInsecure()));
    const push = (request: Partial<PushRequest>, apiKey?: string) =>
      call<PushResponse>((...rest) => client.value.push(PushRequest.fromPartial(request), ...rest), apiKey);
    const room = { $case: 'room' as const, value: { roomId: '1000' } };
    const answer = await eventually(() => push({ target: room, payload }));
    assert.equal(taken[0]?.messages[0]?.messageId, answer.messageId);
    assert.deepEqual(taken[0]?.messages[0]?.payload, payload);

    const user = { $case: 'user' as const, value: { userIds: ['42'] } };
    const acked = await push({ target: user, payload });
    const status = await call<GetMessageResponse>((...rest) =>
      client.value.getMessage({ messageId: acked.messageId }, ...rest),
    );
    assert.deepEqual([status.status, status.targets, status.acked], [MessageStatus.PENDING, 1, 0]);

    const refusals: readonly [Partial<PushRequest>, number, string][] = [
      [{ target: room, payload: Buffer.from('[]') }, 3, 'payload'],
      [{ target: room, payload: Buffer.from('{') }, 3, 'JSON'],
      [{ payload }, 3, 'target'],
      [{ target: room, payload, ack: true }, 3, 'ack'],
      [{ target: { $case: 'room', value: { roomId: 'a b' } }, payload }, 3, 'target.roomId'],
      [{ target: user, payload, lane: Lane.BULK, ack: true }, 3, 'ack'],
    ];
    for (const [request, code, hint] of refusals) {
      await assert.rejects(push(request), (error: ServiceError) => error.code === code && error.details.includes(hint));
    }
    await assert.rejects(push({ target: room, payload }, 'wrong'), { code: 16 });
  });

  test('maps a room to a zone, and knows who is online', async () => {
    using rooms = closing(new RoomServiceClient(address, credentials.createInsecure()));
    using online = closing(new OnlineServiceClient(address, credentials.createInsecure()));
    const put = await call<PutRoomResponse>((...rest) =>
      rooms.value.putRoom({ roomId: 'r1', zoneId: 'music' }, ...rest),
    );
    assert.deepEqual(put.room, { roomId: 'r1', zoneId: 'music', online: 0 });
    await call<DeleteRoomResponse>((...rest) => rooms.value.deleteRoom({ roomId: 'r1' }, ...rest));
    const got = await call<GetRoomResponse>((...rest) => rooms.value.getRoom({ roomId: 'r1' }, ...rest));
    assert.equal(got.room?.zoneId, undefined);

    const presence = await call<GetPresenceResponse>((...rest) => online.value.getPresence({ userId: '42' }, ...rest));
    assert.deepEqual(
      presence.connections.map(({ nodeId }) => nodeId),
      ['access-1'],
    );
    const kicked = await call<KickUserResponse>((...rest) =>
      online.value.kickUser({ userId: '42', reason: '' }, ...rest),
    );
    assert.equal(kicked.connections, 1);
    assert.deepEqual(await call<GetOnlineResponse>((...rest) => online.value.getOnline({}, ...rest)), {
      connections: 0,
      users: 0,
      rooms: 0,
    });
  });
});

/** Closes a client at the end of the block. */
function closing<Client extends { close(): void }>(value: Client): { readonly value: Client } & Disposable {
  return { value, [Symbol.dispose]: () => value.close() };
}
