const BUCKET_MS = 250;
const BUCKETS = 20;

/** How many a second, over the last five seconds, or since the first one when that is less. */
export class RateMeter {
  readonly #counts = new Map<number, number>();
  #firstAt: number | undefined;

  add(atMs: number): void {
    this.#firstAt ??= atMs;
    const bucket = Math.floor(atMs / BUCKET_MS);
    this.#counts.set(bucket, (this.#counts.get(bucket) ?? 0) + 1);
  }

  perSec(atMs: number): number {
    const oldest = Math.floor(atMs / BUCKET_MS) - BUCKETS;
    let sum = 0;
    for (const [bucket, count] of this.#counts) {
      if (bucket <= oldest) this.#counts.delete(bucket);
      else sum += count;
    }
    const spanMs = Math.min(BUCKETS * BUCKET_MS, Math.max(1_000, atMs - (this.#firstAt ?? atMs)));
    return (sum * 1_000) / spanMs;
  }
}
