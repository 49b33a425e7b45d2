import { parseArgs } from 'node:util';
import { brotliCompressSync } from 'node:zlib';
import { ENCODING_BITS, RoomHistories, trustedId } from '@longwire/domain';
import type { RoomId } from '@longwire/domain';
import { RoomBatch } from '@longwire/protos/bus/v1';
import { asBuffer, createMetricsRegistry, systemClock } from '@longwire/runtime';
import { BODY_VER, buildWsFrame, encodeMessageFrames, wrapCompressed } from '@longwire/wire';
import { BatchReceiver } from '../src/delivery/batch-receiver.ts';
import { RecentMessages } from '../src/delivery/dedup.ts';
import type { WireEncoding } from '../src/delivery/encoded-batch.ts';
import { PartitionFences } from '../src/delivery/partition-fences.ts';
import { RecentKeys } from '../src/delivery/recent-keys.ts';
import { RoomPacer } from '../src/delivery/room-pacer.ts';
import { slotOf } from '../src/delivery/slot.ts';
import { createAccessMetrics } from '../src/metrics.ts';
import { RoomPast } from '../src/resume/room-past.ts';
import { Room } from '../src/room/room.ts';
import type { Member } from '../src/room/room.ts';

/**
 * Micro bench of what an access node does once per batch, whatever the number of members: reading it, keeping it, framing
 * it. Members take what they are offered and do nothing. The floor is one frame built and offered to each of them.
 * `node test/receive-batches.bench.ts --rooms 1000 --seconds 3 --gap 20`, one JSON line; compare ratios, in one run on one machine.
 */
const { values } = parseArgs({
  options: {
    rooms: { type: 'string', default: '1000' },
    seconds: { type: 'string', default: '3' },
    gap: { type: 'string', default: '0' },
  },
});
const [roomCount, seconds, gapMs] = [Number(values.rooms), Number(values.seconds), Number(values.gap)];
const MEMBERS = 15;
/** With a gap each batch finds the caches cold, as it does in a quiet system: that is where most of its price is. */
const BATCHES_PER_ROUND = gapMs > 0 ? 1 : 500;
const WARM_UP_BATCHES = 10_000;
const EPOCH = 7;

const clock = systemClock();
const metrics = createAccessMetrics(createMetricsRegistry());
const fences = new PartitionFences();
const recentKeys = new RecentKeys({ keepMs: 60_000, onShortened: () => undefined });
const limits = { keepMs: 30_000, maxMessages: 500, maxRoomBytes: 256 * 1024, maxTotalBytes: 32 * 1024 * 1024 };
const histories = new RoomHistories<readonly WireEncoding[]>(limits);
const { onRecoded } = metrics;
const now = (): number => clock.monotonic();
const past = new RoomPast({ histories, fences, recentKeys, now, onRecoded, onMissed: () => undefined });
const receiver = new BatchReceiver({
  metrics,
  clock,
  past,
  fences,
  recentKeys,
  recent: new RecentMessages(),
  traces: { note: () => undefined },
  pacer: new RoomPacer({ membersPerTurn: Number.MAX_SAFE_INTEGER, onPaced: () => undefined }),
  dictionaries: { take: () => undefined },
  onUnreadable: () => undefined,
  onAhead: () => undefined,
});

let offered = 0;
const outbox = {
  offerBulk: (bytes: Uint8Array) => ((offered += bytes.length) > 0 ? 'written' : 'shed'),
  offerExpress: () => 'written' as const,
};
function memberOf(index: number): Member {
  const slot = slotOf(index % 3 === 0 ? 'plain' : 'brotli', index % 5 !== 0);
  return { outbox, slot, rooms: [], roomIndexes: [], lastFanOut: 0, isClosed: false };
}
const rooms = Array.from({ length: roomCount }, (_, index) => {
  const room = new Room(trustedId<RoomId>(`rooms-1000-${index}`));
  for (let member = 0; member < MEMBERS; member += 1) room.add(memberOf(member));
  return room;
});

/** One message of about 1 KB. */
const body = Buffer.from(
  JSON.stringify({ cmd: 'DANMU_MSG', info: 'x'.repeat(900), lw: { room: 'rooms-1000-1', seq: 12, epoch: EPOCH } }),
);
const plain = encodeMessageFrames([body]);
const brotli = wrapCompressed(BODY_VER.brotli, brotliCompressSync(plain));

function payloadOf(room: Room, seq: number): Uint8Array {
  return RoomBatch.encode({
    roomId: room.roomId,
    partition: room.partition,
    epoch: EPOCH,
    firstSeq: seq,
    count: 1,
    encodings: [
      { encoding: ENCODING_BITS.plain, frames: asBuffer(plain) },
      { encoding: ENCODING_BITS.brotli, frames: asBuffer(brotli) },
    ],
    firstAcceptedAtMs: clock.now(),
    roomEpoch: EPOCH,
    idKeys: Buffer.alloc(0),
    trace: undefined,
    dictionary: undefined,
  }).finish();
}

let next = 0;
function receiveRound(): number {
  const work = Array.from({ length: BATCHES_PER_ROUND }, () => {
    const room = rooms[next % roomCount] as Room;
    next += 1;
    return { room, payload: payloadOf(room, Math.ceil(next / roomCount)) };
  });
  const startedAt = clock.monotonic();
  for (const { room, payload } of work) receiver.onBulk(room, payload);
  return ((clock.monotonic() - startedAt) * 1000) / BATCHES_PER_ROUND;
}

function floorRound(): number {
  const startedAt = clock.monotonic();
  for (let batch = 0; batch < BATCHES_PER_ROUND; batch += 1) {
    const frame = asBuffer(buildWsFrame(plain));
    for (let member = 0; member < MEMBERS; member += 1) outbox.offerBulk(frame);
  }
  return ((clock.monotonic() - startedAt) * 1000) / BATCHES_PER_ROUND;
}

function median(samples: readonly number[]): number {
  return samples.toSorted((a, b) => a - b)[Math.floor(samples.length / 2)] ?? Number.NaN;
}

for (let warmed = 0; warmed < WARM_UP_BATCHES; warmed += BATCHES_PER_ROUND) {
  receiveRound();
  floorRound();
}
const [receives, floors]: [number[], number[]] = [[], []];
const pause = (): Promise<unknown> | null => (gapMs > 0 ? new Promise((done) => setTimeout(done, gapMs)) : null);
for (const endsAt = clock.monotonic() + seconds * 1000; clock.monotonic() < endsAt;) {
  await pause();
  receives.push(receiveRound());
  await pause();
  floors.push(floorRound());
}
const [usPerBatch, usFloor] = [median(receives), median(floors)];
console.log(JSON.stringify({ rooms: roomCount, gapMs, usPerBatch, usFloor, ratio: usPerBatch / usFloor, offered }));
