import { CLOSE_CODES } from './close-codes.ts';
import type { CloseCode, CloseName } from './close-codes.ts';

/** What is wrong with bytes or a body that were read: the row of the close table, and the detail for logs and tests. */
export interface FrameError {
  readonly name: CloseName;
  readonly code: CloseCode;
  /** One clause, made of sizes and field names only: never of what the other side sent. */
  readonly detail: string;
}

/** Makes the error for one row of the close table. */
export function frameError(name: CloseName, detail: string): FrameError {
  return { name, code: CLOSE_CODES[name].code, detail };
}
