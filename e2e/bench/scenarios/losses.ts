import type { System } from './system.ts';

/** A counter that says why something did not arrive. */
interface End {
  readonly why: string;
  readonly tier: string;
  readonly name: string;
  readonly labels: string;
}

/** Where a message to users that wants no ack can end, and who counts it. */
export const USER_ENDS: readonly End[] = [
  { why: 'logic did not say where in time', tier: 'dispatch', name: 'express_unsent_total', labels: 'no-route-answer' },
  { why: 'bus cut off', tier: 'dispatch', name: 'express_unsent_total', labels: 'bus-unavailable' },
  { why: 'addressee not connected', tier: 'dispatch', name: 'express_absent_total', labels: '' },
  { why: 'connection gone', tier: 'access', name: 'missed_deliveries_total', labels: '' },
  { why: 'shed', tier: 'access', name: 'shed_total', labels: '' },
];

/** Where a message to a room can end. */
export const ROOM_ENDS: readonly End[] = [
  { why: 'message shed by the rate of its room', tier: 'dispatch', name: 'room_messages_shed_total', labels: '' },
  { why: 'message of a partition that is no longer held', tier: 'dispatch', name: 'stale_messages_total', labels: '' },
  { why: 'batch lost with the bus cut off', tier: 'dispatch', name: 'batches_lost_total', labels: '' },
  { why: 'hand-over tried again', tier: 'service', name: 'hand_over_retries_total', labels: '' },
  { why: 'batch dropped as old', tier: 'access', name: 'stale_batches_total', labels: '' },
  { why: 'frame shed', tier: 'access', name: 'shed_total', labels: '' },
  { why: 'connection closed', tier: 'access', name: 'closes_total', labels: '' },
];

/** Notes the tiers' counters now; the function it resolves with tells what they have counted since: `, 20 x shed`. */
export async function watchLosses(
  { longwire }: Pick<System, 'longwire'>,
  ends: readonly End[],
): Promise<() => Promise<string>> {
  const read = (): Promise<readonly number[]> =>
    Promise.all(ends.map(({ tier, name, labels }) => longwire.metric(`longwire_${tier}_${name}`, { tier, labels })));
  const before = await read();
  return async () => {
    const after = await read();
    const counted = ends.map(({ why }, index) => ({ why, times: (after[index] ?? 0) - (before[index] ?? 0) }));
    return counted
      .filter(({ times }) => times > 0)
      .map(({ why, times }) => `, ${times} x ${why}`)
      .join('');
  };
}
