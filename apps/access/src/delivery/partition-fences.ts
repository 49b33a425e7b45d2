import { PARTITION_COUNT } from '@longwire/domain';

/** The newest owner heard of per partition: what one before it sends, or answers, is not taken any more. */
export class PartitionFences {
  readonly #epochs = new Float64Array(PARTITION_COUNT);

  /** Takes word of an owner; false when there was a newer one. */
  admit(partition: number, ownerEpoch: number): boolean {
    if (ownerEpoch < (this.#epochs[partition] ?? 0)) return false;
    this.#epochs[partition] = ownerEpoch;
    return true;
  }
}
