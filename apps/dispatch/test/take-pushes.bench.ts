import { parseArgs } from 'node:util';
import { brotliCompressSync } from 'node:zlib';
import { ENCODING_BITS, partitionOf, trustedId, withLwField } from '@longwire/domain';
import type { RoomId } from '@longwire/domain';
import { createMemoryBus, createMemoryLeaseStore } from '@longwire/embedded';
import { RoomDemand, RoomPush } from '@longwire/protos/bus/v1';
import { createMetricsRegistry, createSilentLogger, loadConfig, systemClock } from '@longwire/runtime';
import { encodeMessageFrames } from '@longwire/wire';
import { composeRooms } from '../src/compose-rooms.ts';
import { basicQuality, brotliParams } from '../src/compress/brotli-quality.ts';
import { dispatchConfig } from '../src/config.ts';
import { createDispatchMetrics } from '../src/metrics.ts';

/**
 * Micro bench of what dispatch does per message and per batch: pushes into rooms on a bus in memory, through windows,
 * compressor and forwarder, against the bare compression of the same frames. Batches end by their number of messages, so
 * that each round is `batch` messages and one batch whatever the clock.
 * `node test/take-pushes.bench.ts --batch 20 --seconds 3 --gap 0`, one JSON line; compare ratios, in one run on one machine.
 */
const { values } = parseArgs({
  options: {
    batch: { type: 'string', default: '20' },
    seconds: { type: 'string', default: '3' },
    gap: { type: 'string', default: '0' },
    rooms: { type: 'string', default: '200' },
  },
});
const [batch, seconds, gapMs, roomCount] = [values.batch, values.seconds, values.gap, values.rooms].map(Number) as [
  number,
  number,
  number,
  number,
];

const clock = systemClock();
const bulkBus = createMemoryBus();
const metrics = createDispatchMetrics(createMetricsRegistry());
const config = { ...loadConfig(dispatchConfig, {}), windowMessages: batch, bestQualityPercent: 0, takeoverWaitMs: 0 };
const work = composeRooms(config, {
  bulkBus,
  leases: createMemoryLeaseStore({ clock }),
  clock,
  logger: createSilentLogger(),
  metrics,
  holder: 'bench',
  process: 'bench',
  traces: { note: () => undefined },
});
await work.start(new AbortController().signal);
while (work.partitionsOwned() < 64) await new Promise((resolve) => setTimeout(resolve, 50));

const rooms = Array.from({ length: roomCount }, (_, index) => trustedId<RoomId>(`bench-${index}`));
let batches = 0;
for (const roomId of rooms) {
  const need = { roomId, encodings: ENCODING_BITS.brotli, viewers: [0, 0, 40, 0], dictionaryIds: [] };
  const position = { roomEpoch: 0, lastSeq: 0, ownerEpoch: 0, firstSeq: 0 };
  const demand = {
    nodeId: 'a',
    incarnation: 1,
    isSnapshot: false,
    idKeys: Buffer.alloc(0),
    rooms: [{ ...need, ...position }],
  };
  bulkBus.publish({ kind: 'room-demand', partition: partitionOf(roomId) }, RoomDemand.encode(demand).finish());
  await bulkBus.subscribe({ kind: 'room-batch', roomId }, () => (batches += 1));
}
await bulkBus.flush();

let pushed = 0;
function bodyOf(index: number): Buffer {
  const text = `message ${index * 7919} says ${(index * 104729).toString(36)}`;
  const { uid, name } = { uid: 1000 + ((index * 31) % 997), name: `viewer-${(index * 31) % 997}` };
  return Buffer.from(JSON.stringify({ cmd: 'DANMU_MSG', uid, name, text, color: 0xffffff, medal: index % 21 }));
}
function payloadsOf(roomId: RoomId): { payloads: Uint8Array[]; plain: Uint8Array } {
  const bodies = Array.from({ length: batch }, () => bodyOf((pushed += 1)));
  const payloads = bodies.map((payload, index) =>
    RoomPush.encode({
      messages: [{ messageId: `01HZX${pushed}-${index}`, roomId, payload, acceptedAtMs: clock.now(), isUnkeyed: true }],
    }).finish(),
  );
  const framed = bodies.map((body, index) => withLwField(body, { room: roomId, seq: pushed + index, epoch: 1 }));
  return { payloads, plain: encodeMessageFrames(framed) };
}

const [systemUs, bareUs]: [number[], number[]] = [[], []];
const endsAt = clock.monotonic() + seconds * 1000;
for (let round = 0; clock.monotonic() < endsAt; round += 1) {
  const roomId = rooms[round % roomCount] as RoomId;
  const { payloads, plain } = payloadsOf(roomId);
  if (gapMs > 0) await new Promise((resolve) => setTimeout(resolve, gapMs));
  const startedAt = clock.monotonic();
  for (const payload of payloads) bulkBus.publish({ kind: 'room-push', partition: partitionOf(roomId) }, payload);
  while (batches <= round) await new Promise((resolve) => setImmediate(resolve));
  systemUs.push((clock.monotonic() - startedAt) * 1000);
  if (gapMs > 0) await new Promise((resolve) => setTimeout(resolve, gapMs));
  const bareAt = clock.monotonic();
  brotliCompressSync(plain, { params: brotliParams({ sizeBytes: plain.length, quality: basicQuality(batch, 40) }) });
  bareUs.push((clock.monotonic() - bareAt) * 1000);
}
await work.stop();

function median(samples: readonly number[]): number {
  const late = samples.slice(samples.length >> 1);
  return late.toSorted((a, b) => a - b)[late.length >> 1] ?? Number.NaN;
}
const [usPerBatch, usBare] = [median(systemUs), median(bareUs)];
console.log(
  JSON.stringify({ batch, gapMs, rounds: systemUs.length, batches, usPerBatch, usBare, ratio: usPerBatch / usBare }),
);
process.exit(0);
