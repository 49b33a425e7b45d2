/** Window of every stream that goes on from a dictionary: 4 bits of the stream, and reach enough for a whole batch. */
export const DICTIONARY_WINDOW_BITS = 18;
/** A dictionary ends in so many zero bytes: a stream begins as if it stood behind two of them. */
export const TAIL_ZEROS = 2;

/** A stream begins with its window bits; 0011 is a window of 18. */
const WINDOW_CODE = { value: 3, bits: 4 } as const;
const MAX_BLOCK_BYTES = 65_536;

export interface BrotliPrefix {
  /** Whole bytes of the beginning. */
  readonly bytes: Uint8Array;
  /** The 4 bits behind them: the low bits of the first byte that follows. */
  readonly lastBits: number;
}

/**
 * Returns the beginning of a brotli stream (RFC 7932) that yields `content` and leaves off exactly where a stream of window
 * 18 stands after its window bits. So what an encoder wrote with `content` as its dictionary follows it bit for bit, once
 * its first 4 bits are these: any decoder reads both as one stream. Nothing is shifted, which keeps the byte boundaries of
 * uncompressed parts. `content` must end in {@link TAIL_ZEROS} zeros. Throws RangeError when it is too short or too long.
 */
export function brotliPrefix(content: Uint8Array): BrotliPrefix {
  const head = content.subarray(0, content.length - TAIL_ZEROS);
  if (head.length === 0 || head.length > MAX_BLOCK_BYTES)
    throw new RangeError('the dictionary is too short or too long');
  if (content.subarray(head.length).some((byte) => byte !== 0))
    throw new RangeError('the dictionary has no zeros behind');
  const writer = new BitWriter();
  writer.bits(WINDOW_CODE.value, WINDOW_CODE.bits);
  writeBlockStart(writer, head.length, true);
  writer.bytes(head);
  writeZeros(writer);
  return writer.finish();
}

/** Not the last block; 16 bits of length. */
function writeBlockStart(writer: BitWriter, sizeBytes: number, isUncompressed: boolean): void {
  writer.bits(0, 1);
  writer.bits(0, 2);
  writer.bits(sizeBytes - 1, 16);
  writer.bits(isUncompressed ? 1 : 0, 1);
}

/** Two zeros as a compressed block of 92 bits, which ends 4 bits into a byte. Sizes of alphabets: RFC 7932, 9.2. */
function writeZeros(writer: BitWriter): void {
  writeBlockStart(writer, TAIL_ZEROS, false);
  // One type of each kind of block; no postfix bits, no direct distances; one context mode; one tree of each kind.
  writer.bits(0, 3);
  writer.bits(0, 6);
  writer.bits(0, 2);
  writer.bits(0, 2);
  writeCode(writer, 8, [0]);
  // The first means: two literals, then a copy that the end of the block cuts off. The second is there for its bits.
  writeCode(writer, 10, [16, 17]);
  // Never used either: three of them make the block 4 bits longer than whole bytes.
  writeCode(writer, 6, [0, 1, 2]);
  writer.bits(0, 1);
}

/** A simple prefix code: a symbol alone takes no bits, the first of several one. */
function writeCode(writer: BitWriter, alphabetBits: number, symbols: readonly number[]): void {
  writer.bits(1, 2);
  writer.bits(symbols.length - 1, 2);
  for (const symbol of symbols) writer.bits(symbol, alphabetBits);
}

/** Bits from the lowest on, as brotli packs them. */
class BitWriter {
  readonly #bytes: number[] = [];
  #open = 0;
  #openBits = 0;

  bits(value: number, count: number): void {
    for (let index = 0; index < count; index += 1) {
      this.#open |= ((value >>> index) & 1) << this.#openBits;
      this.#openBits += 1;
      if (this.#openBits === 8) this.#close();
    }
  }

  /** Begins at the next byte. */
  bytes(bytes: Uint8Array): void {
    if (this.#openBits > 0) this.#close();
    for (const byte of bytes) this.#bytes.push(byte);
  }

  finish(): BrotliPrefix {
    return { bytes: Uint8Array.from(this.#bytes), lastBits: this.#open };
  }

  #close(): void {
    this.#bytes.push(this.#open);
    this.#open = 0;
    this.#openBits = 0;
  }
}
