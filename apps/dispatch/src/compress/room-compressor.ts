import type { Clock, RoomId, Timer } from '@longwire/domain';
import type { EncodedBatch } from '@longwire/protos/bus/v1';
import type { WantedEncoding } from '../dictionary/audience.ts';
import type { RoomDictionary } from '../dictionary/room-dictionary.ts';
import type { BatchEncoder, BrotliWay } from './batch-encoder.ts';
import type { BestQualityBudget, BudgetedBatch } from './best-quality-budget.ts';
import { basicQuality } from './brotli-quality.ts';

/** The thread pool is others' too. */
const MAX_ELSEWHERE = 2;

/** One batch of a room, to be encoded. */
export interface RoomWork {
  readonly roomId: RoomId;
  readonly plain: Uint8Array;
  readonly messages: number;
  readonly wanted: readonly WantedEncoding[];
  readonly dictionary: RoomDictionary | undefined;
  /** It leads: the room was quiet, and a viewer waits for it. */
  readonly isUrgent: boolean;
}

export interface RoomCompressorOptions {
  readonly encoder: BatchEncoder;
  readonly budget: BestQualityBudget;
  readonly clock: Clock;
  /** How long a batch may wait for its best form. */
  readonly deadlineMs: number;
  /** A batch was encoded anew in a hurry, since its best form was not ready in time. */
  readonly onLate: () => void;
}

/** A batch whose best form is being made on another thread. */
export interface PendingBatch {
  /** Leaves now, in this call, with what was not ready encoded anew. */
  settle(): void;
}

/** An encoding that is not made yet; `undefined` in `made` stands for it. */
interface Open {
  readonly index: number;
  readonly way: BrotliWay;
  readonly budgeted: BudgetedBatch;
}

/**
 * Encodes batches as well as their audience is worth: at once, and where the budget grants the best quality, on another
 * thread while the room waits, for a part of its window at most. Each encoding is made once; a late one once more.
 */
export class RoomCompressor {
  readonly #options: RoomCompressorOptions;
  #elsewhere = 0;

  constructor(options: RoomCompressorOptions) {
    this.#options = options;
  }

  /** Calls `onEncoded` once: in this call, and returns null; or later, and returns what hurries it. */
  compress(work: RoomWork, onEncoded: (encodings: EncodedBatch[]) => void): PendingBatch | null {
    const { encoder } = this.#options;
    const made: (EncodedBatch | undefined)[] = [];
    const open: Open[] = [];
    for (const [index, { encoding, viewers }] of work.wanted.entries()) {
      if (encoding === 'plain') made.push(encoder.plain(work.plain));
      else if (encoding === 'zlib') made.push(encoder.zlib(work.plain));
      else {
        const dictionary = encoding === 'dictionary' ? work.dictionary : undefined;
        const basic = basicQuality(work.messages, viewers === 0 ? undefined : viewers);
        const budgeted = { key: `${encoding} ${work.roomId}`, rawBytes: work.plain.length, viewers, basic };
        const quality =
          work.isUrgent || this.#elsewhere >= MAX_ELSEWHERE ? basic : this.#options.budget.choose(budgeted);
        if (quality === 11) open.push({ index, way: { quality, dictionary }, budgeted });
        made.push(quality === 11 ? undefined : this.#now(work.plain, { quality, dictionary }, budgeted));
      }
    }
    if (open.length > 0) return this.#later(work.plain, made, { open, onEncoded });
    onEncoded(made.filter((batch) => batch !== undefined));
    return null;
  }

  #now(plain: Uint8Array, way: BrotliWay, budgeted: BudgetedBatch): EncodedBatch {
    const { batch, durationMs } = this.#options.encoder.brotli(plain, way);
    this.#options.budget.learn(budgeted, way.quality, { encodedBytes: batch.frames.length, durationMs });
    return batch;
  }

  #later(
    plain: Uint8Array,
    made: (EncodedBatch | undefined)[],
    { open, onEncoded }: { readonly open: readonly Open[]; readonly onEncoded: (encodings: EncodedBatch[]) => void },
  ): PendingBatch {
    const { clock, deadlineMs, budget, onLate } = this.#options;
    let isOver = false;
    let timer: Timer | undefined = undefined as Timer | undefined;
    const leave = (): void => {
      isOver = true;
      timer?.cancel();
      onEncoded(made.filter((batch) => batch !== undefined));
    };
    const settle = (): void => {
      if (isOver) return;
      for (const { index, way, budgeted } of open) {
        if (made[index] !== undefined) continue;
        onLate();
        budget.noteLate(budgeted);
        made[index] = this.#now(plain, { ...way, quality: budgeted.basic }, budgeted);
      }
      leave();
    };
    for (const each of open) {
      void this.#elsewhereFor(plain, each).then((batch) => {
        if (isOver) return;
        // Not to be had: as if it had been late.
        if (batch === undefined) settle();
        else made[each.index] = batch;
        if (!isOver && open.every(({ index }) => made[index] !== undefined)) leave();
      });
    }
    timer = clock.after(deadlineMs, settle);
    return { settle };
  }

  /** Never rejects: undefined when there was no memory for it. */
  async #elsewhereFor(plain: Uint8Array, { way, budgeted }: Open): Promise<EncodedBatch | undefined> {
    this.#elsewhere += 1;
    try {
      const { batch, durationMs } = await this.#options.encoder.brotliElsewhere(plain, way);
      this.#options.budget.learn(budgeted, way.quality, { encodedBytes: batch.frames.length, durationMs });
      return batch;
    } catch {
      return undefined;
    } finally {
      this.#elsewhere -= 1;
    }
  }
}
