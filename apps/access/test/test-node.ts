import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTokenMinter, generateKeyRing } from '@longwire/auth';
import type { DeviceId, RoomId, UserId } from '@longwire/domain';
import { partitionOf, trustedId, withLwField } from '@longwire/domain';
import { createMemoryBus } from '@longwire/embedded';
import { Broadcast, ExpressFrame, Lane, NodeCommand, RoomBatch, RoomZones } from '@longwire/protos/bus/v1';
import { createHealth, createMetricsRegistry, createSilentLogger, loadConfig, systemClock } from '@longwire/runtime';
import type { FakeClock } from '@longwire/testkit';
import { encodeMessageFrame, encodeMessageFrames } from '@longwire/wire';
import type { Protover } from '@longwire/wire';
import { createAccessApp } from '../src/app.ts';
import { accessConfig } from '../src/config.ts';
import type { TransportKind } from '../src/transport/transport.ts';
import { FakeControl, FakeLogic } from './fake-tiers.ts';
import { selfSigned } from './self-signed.ts';
import { dial } from './wire-client.ts';
import type { WireClient } from './wire-client.ts';

export interface TestNodeOptions {
  /** Default: the real one. */
  readonly clock?: FakeClock;
  /** Settings by variable name, on top of free ports. */
  readonly env?: Readonly<Record<string, string>>;
  readonly hasTls?: boolean;
  /** Changes the fakes before the start. */
  readonly prepare?: (tiers: { logic: FakeLogic; control: FakeControl }) => void;
}

export interface SignInOptions {
  readonly kind?: TransportKind;
  readonly userId?: string | null;
  readonly deviceId?: string;
  readonly roomId?: string;
  readonly protover?: Protover;
}

export type TestNode = Awaited<ReturnType<typeof startTestNode>>;

/** Starts a whole access node on memory buses, with the tiers around it played by the test. */
export async function startTestNode(options: TestNodeOptions = {}) {
  const clock = options.clock ?? systemClock();
  const [bulkBus, expressBus, logic, control] = [
    createMemoryBus(),
    createMemoryBus(),
    new FakeLogic(),
    new FakeControl(),
  ];
  const keyRing = generateKeyRing();
  const metrics = createMetricsRegistry();
  const health = createHealth();
  const folder = await mkdtemp(join(tmpdir(), 'longwire-access-'));
  const files = { certFile: join(folder, 'cert.pem'), keyFile: join(folder, 'key.pem') };
  const installCertificate = async (commonName: string): Promise<void> => {
    const { cert, key } = selfSigned(commonName);
    await Promise.all([writeFile(files.certFile, cert), writeFile(files.keyFile, key)]);
  };
  if (options.hasTls === true) await installCertificate('first');
  const config = loadConfig(accessConfig, {
    LONGWIRE_ACCESS_WS_PORT: '0',
    LONGWIRE_ACCESS_TCP_PORT: '0',
    LONGWIRE_ACCESS_WSS_PORT: '0',
    LONGWIRE_ACCESS_TLS_PORT: '0',
    ...(options.hasTls === true
      ? { LONGWIRE_ACCESS_TLS_CERT_FILE: files.certFile, LONGWIRE_ACCESS_TLS_KEY_FILE: files.keyFile }
      : {}),
    ...options.env,
  });
  options.prepare?.({ logic, control });
  const app = createAccessApp(config, {
    logger: createSilentLogger(),
    metrics,
    health,
    clock,
    nodeName: 'access-1',
    bulkBus,
    expressBus,
    logic,
    control,
    keyRing,
    random: () => 0.5,
  });
  await app.start(new AbortController().signal);
  health.setStarted();
  const clients: WireClient[] = [];

  const mint = async (of: SignInOptions & { ttlMs?: number } = {}): Promise<string> => {
    const userId = of.userId === undefined ? '42' : of.userId;
    const minter = createTokenMinter(keyRing, { ttlMs: of.ttlMs ?? 60_000, clock });
    const { token } = await minter.mint({
      tenant: 'default',
      userId: userId === null ? null : trustedId<UserId>(userId),
      deviceId: trustedId<DeviceId>(of.deviceId ?? 'd1'),
      roomId: null,
      platform: 'test',
    });
    return token;
  };

  const connect = async (kind: TransportKind = 'ws'): Promise<WireClient> => {
    const client = await dial(kind, app.describe().ports[kind] ?? 0);
    clients.push(client);
    return client;
  };

  return {
    app,
    bulkBus,
    expressBus,
    logic,
    control,
    metrics,
    health,
    installCertificate,
    mint,
    connect,
    /** Dials and authenticates; resolves when the node has said yes. */
    async signIn(of: SignInOptions = {}): Promise<WireClient> {
      const client = await connect(of.kind ?? 'ws');
      const { roomId, protover } = of;
      client.send({
        kind: 'auth',
        seq: 1,
        token: await mint(of),
        ...(roomId === undefined ? {} : { roomId }),
        ...(protover === undefined ? {} : { protover }),
      });
      await client.reply('authReply');
      return client;
    },
    /** One value of a metric, 0 when it was never touched. */
    async metric(sample: string): Promise<number> {
      const line = (await metrics.text()).split('\n').find((text) => text.startsWith(`${sample} `));
      return Number(line?.split(' ').at(-1) ?? 0);
    },
    async stop(): Promise<void> {
      await (options.clock === undefined ? app.stop() : moveUntil(app.stop(), options.clock));
      for (const client of clients) client.cut();
      await rm(folder, { recursive: true });
    },
  };
}

/** Runs `body` against a fresh node with all four transports. */
export async function withNode(body: (node: TestNode) => Promise<void>, options: TestNodeOptions = {}): Promise<void> {
  const node = await startTestNode({ hasTls: true, ...options });
  try {
    await body(node);
  } finally {
    await node.stop();
  }
}

/** Moves a clock that stands still until the work is done. */
export async function moveUntil(work: Promise<void> | undefined, clock: FakeClock): Promise<void> {
  let isOver = false;
  const done = Promise.resolve(work).finally(() => (isOver = true));
  // What it rejects with is told at the end.
  done.catch(() => undefined);
  while (!isOver) await clock.advanceAsync(50);
  await done;
}

const encoder = new TextEncoder();

/** The plain bytes of a message's payload, padded to about `sizeBytes`. */
export function payloadOf(text: string, sizeBytes = 0): Uint8Array {
  return encoder.encode(JSON.stringify({ cmd: 'DANMU_MSG', text, pad: 'x'.repeat(sizeBytes) }));
}

export interface RoomBatchOptions {
  readonly roomId: string;
  readonly texts: readonly string[];
  readonly epoch?: number;
  readonly firstSeq?: number;
  readonly sizeBytes?: number;
  /** Of its messages that may be pushed again. */
  readonly idKeys?: Buffer;
}

/** A flushed window as dispatch forwards it, plain alone. */
export function roomBatch(options: RoomBatchOptions): Uint8Array {
  const { roomId, texts, epoch = 1, firstSeq = 1, sizeBytes = 0, idKeys = Buffer.alloc(0) } = options;
  const room = trustedId<RoomId>(roomId);
  const bodies = texts.map((text, index) =>
    withLwField(payloadOf(text, sizeBytes), { room, seq: firstSeq + index, epoch }),
  );
  return RoomBatch.encode({
    roomId,
    partition: partitionOf(room),
    epoch,
    firstSeq,
    count: texts.length,
    encodings: [{ encoding: 1, frames: Buffer.from(encodeMessageFrames(bodies)) }],
    firstAcceptedAtMs: Date.now(),
    roomEpoch: epoch,
    idKeys,
    dictionary: undefined,
  }).finish();
}

export function topicOf(roomId: string) {
  return { kind: 'room-batch', roomId: trustedId<RoomId>(roomId) } as const;
}

let messages = 0;

/** An id that no other message of the test process has. */
function nextMessageId(): string {
  messages += 1;
  return `m${messages}`;
}

export function expressFrame(text: string, messageId = nextMessageId()): Uint8Array {
  return ExpressFrame.encode({ messageId, frame: Buffer.from(encodeMessageFrame(payloadOf(text))) }).finish();
}

/** A push to a zone, or to all with the empty zone. */
export function broadcast(zoneId: string, text: string, messageId = nextMessageId()): Uint8Array {
  const frames = Buffer.from(encodeMessageFrame(payloadOf(text)));
  return Broadcast.encode({ messageId, zoneId, encodings: [{ encoding: 1, frames }] }).finish();
}

export function directDelivery(
  lane: 'express' | 'bulk',
  connectionIds: readonly string[],
  text: string,
  messageId = nextMessageId(),
): Uint8Array {
  return NodeCommand.encode({
    command: {
      $case: 'direct',
      value: {
        messageId,
        lane: lane === 'express' ? Lane.EXPRESS : Lane.BULK,
        isAckWanted: lane === 'express',
        connectionIds: [...connectionIds],
        frame: Buffer.from(encodeMessageFrame(payloadOf(text))),
      },
    },
  }).finish();
}

export function kick(userId: string, reason: string): Uint8Array {
  return NodeCommand.encode({ command: { $case: 'kick', value: { userId, reason } } }).finish();
}

export function roomZone(roomId: string, zoneId: string): Uint8Array {
  return RoomZones.encode({ rooms: [{ roomId, zoneId }] }).finish();
}
