import type { System } from './system.ts';

/** Where a message to users that wants no ack can end, and who counts it. */
const ENDS = [
  { why: 'logic did not say where in time', tier: 'dispatch', name: 'express_unsent_total', labels: 'no-route-answer' },
  { why: 'bus cut off', tier: 'dispatch', name: 'express_unsent_total', labels: 'bus-unavailable' },
  { why: 'addressee not connected', tier: 'dispatch', name: 'express_absent_total', labels: '' },
  { why: 'connection gone', tier: 'access', name: 'missed_deliveries_total', labels: '' },
  { why: 'shed', tier: 'access', name: 'shed_total', labels: '' },
] as const;

/** Notes the tiers' counters now; the function it resolves with tells what they have counted since: `, 20 x shed`. */
export async function watchLosses({ longwire }: Pick<System, 'longwire'>): Promise<() => Promise<string>> {
  const read = (): Promise<readonly number[]> =>
    Promise.all(ENDS.map(({ tier, name, labels }) => longwire.metric(`longwire_${tier}_${name}`, { tier, labels })));
  const before = await read();
  return async () => {
    const after = await read();
    const counted = ENDS.map(({ why }, index) => ({ why, times: (after[index] ?? 0) - (before[index] ?? 0) }));
    return counted
      .filter(({ times }) => times > 0)
      .map(({ why, times }) => `, ${times} x ${why}`)
      .join('');
  };
}
