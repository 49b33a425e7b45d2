import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { brotliCompressSync } from 'node:zlib';
import { withLwField, trustedId } from '@longwire/domain';
import type { RoomId } from '@longwire/domain';
import { encodeMessageFrames } from '@longwire/wire';
import { basicQuality, brotliParams } from '../src/compress/brotli-quality.ts';

/**
 * Micro bench behind ADR 0010: what it costs the thread that owns a room to have a batch compressed by another thread, the
 * buffer moved there and not copied, against compressing it itself.
 * `node test/hand-over.bench.ts --batch 20 --bytes 140 --gap 0`, one JSON line, CPU in us per batch; compare ratios.
 */
const VIEWERS = 40;
const ROUNDS = 400;

function compress(plain: Uint8Array, batch: number): Uint8Array {
  const quality = basicQuality(batch, VIEWERS);
  return brotliCompressSync(plain, { params: brotliParams({ sizeBytes: plain.length, quality }) });
}

if (isMainThread) await measure();
else {
  parentPort?.on('message', ({ plain, batch }: { plain: Uint8Array; batch: number }) => {
    parentPort?.postMessage(compress(plain, batch));
  });
}

async function measure(): Promise<void> {
  const { values } = parseArgs({
    options: {
      batch: { type: 'string', default: '20' },
      bytes: { type: 'string', default: '140' },
      gap: { type: 'string', default: '0' },
    },
  });
  const [batch, bytes, gapMs] = [Number(values.batch), Number(values.bytes), Number(values.gap)];
  const batches = Array.from({ length: 200 }, (_, round) => batchOf(round, batch, bytes));
  const worker = new Worker(new URL(import.meta.url));
  const here = async (plain: Uint8Array): Promise<void> => void compress(plain, batch);
  const there = (plain: Uint8Array): Promise<void> =>
    new Promise((resolve) => {
      worker.once('message', () => resolve());
      worker.postMessage({ plain, batch }, [plain.buffer as ArrayBuffer]);
    });

  await perBatch(batches, there, 0);
  const own = await perBatch(batches, here, gapMs);
  const other = await perBatch(batches, there, gapMs);
  await worker.terminate();
  const figures = { ownUs: own.thread, handedUs: other.thread, handedWholeProcessUs: other.process };
  console.log(JSON.stringify({ batch, bytes, gapMs, ...figures, ratio: other.thread / own.thread }));
}

/** CPU of this thread and of the process per batch, in us, less that of waiting. */
async function perBatch(
  batches: readonly Uint8Array[],
  work: (plain: Uint8Array) => Promise<void>,
  gapMs: number,
): Promise<{ readonly thread: number; readonly process: number }> {
  const pause = (): Promise<void> => new Promise((resolve) => (gapMs > 0 ? setTimeout(resolve, gapMs) : resolve()));
  const run = async (step: (plain: Uint8Array) => Promise<void>): Promise<readonly [number, number]> => {
    const [thread, whole] = [process.threadCpuUsage(), process.cpuUsage()];
    for (let round = 0; round < ROUNDS; round += 1) {
      await step(Uint8Array.from(batches[round % batches.length] ?? []));
      await pause();
    }
    return [sumOf(process.threadCpuUsage(thread)) / ROUNDS, sumOf(process.cpuUsage(whole)) / ROUNDS];
  };
  const [emptyThread, emptyProcess] = await run(async () => undefined);
  const [thread, whole] = await run(work);
  return { thread: thread - emptyThread, process: whole - emptyProcess };
}

function sumOf({ user, system }: NodeJS.CpuUsage): number {
  return user + system;
}

function batchOf(round: number, batch: number, bytes: number): Uint8Array {
  const roomId = trustedId<RoomId>('bench');
  const bodies = Array.from({ length: batch }, (_, index) => {
    const number = round * batch + index;
    const words = Array.from({ length: 1 + bytes / 12 }, (_word, at) =>
      ((number * 31 + at * 7919) % 46_656).toString(36),
    );
    const text = words.join(' ').slice(0, Math.max(1, bytes - 60));
    return Buffer.from(JSON.stringify({ cmd: 'DANMU_MSG', uid: 1000 + (number % 997), text, color: 0xffffff }));
  });
  return encodeMessageFrames(bodies.map((body, index) => withLwField(body, { room: roomId, seq: index, epoch: 1 })));
}
