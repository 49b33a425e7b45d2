import { median } from '../core/statistics.ts';
import type { Finding } from '../core/result.ts';

/** A number measured in rounds: the median is its value. */
export function ofRounds(finding: Omit<Finding, 'value' | 'rounds'>, rounds: readonly number[]): Finding {
  return { ...finding, value: median(rounds), rounds };
}

/** A number that is not to be had here, and why. */
export function absent(finding: Omit<Finding, 'value' | 'rounds' | 'note'>, why: string): Finding {
  return { ...finding, note: why };
}
