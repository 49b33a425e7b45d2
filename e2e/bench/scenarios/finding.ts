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

/** A number that is held against a peer which this machine cannot have; the report says why among what was left out. */
export function peerAbsent(finding: Omit<Finding, 'value' | 'rounds' | 'note'>): Finding {
  return { ...absent(finding, 'not on this machine'), isPeerAbsent: true };
}
