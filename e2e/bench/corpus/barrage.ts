import type { Line } from './chatter.ts';
import type { Person } from './crowd.ts';

/** What a message is made of, whatever its form. */
export interface Barrage {
  /** Which of the run it is: by this the receiving side knows when it was due. */
  readonly n: number;
  readonly person: Person;
  readonly line: Line;
  readonly atMs: number;
  /** 32 random hex digits: ids that never repeat. */
  readonly nonce: string;
  /** 0 - 1: which kind of event it is, where a form knows several. */
  readonly roll: number;
}

/** The nonce as digits, as services print their 64-bit ids. */
export function idDigits({ nonce }: Barrage, digits: number): string {
  return BigInt(`0x${nonce.slice(0, 16)}`)
    .toString()
    .padStart(20, '1')
    .slice(-digits);
}
