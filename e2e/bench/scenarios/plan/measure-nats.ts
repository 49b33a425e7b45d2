import { median } from '../../core/statistics.ts';
import { peerContender, takeRounds } from '../contender.ts';
import type { Contender } from '../contender.ts';
import type { Lab } from '../lab.ts';

const FEW = 4;
const MORE = 60;
/** Far apart, as batches of a room are: the server wakes up for each. */
const RATE_PER_SEC = 20;

/**
 * CPU of nats-server in us for one more process that gets a message, measured by itself: with one access node there is
 * one forward per batch, and no fit tells what reading a batch costs from what passing it on does. Undefined when this
 * machine cannot start a nats-server of its own.
 */
export async function measureNatsForward(lab: Lab): Promise<number | undefined> {
  const peer = await lab.peer('nats-server');
  if (peer === undefined) return undefined;
  const audiences: string[] = [];
  const perMessage = async (viewers: number): Promise<number> => {
    const contender = await peerContender(lab, peer, { viewers, form: 'frame' });
    audiences.push(contender.audience);
    return costPerMessage(lab, contender);
  };
  try {
    const few = await perMessage(FEW);
    // Those of before are still subscribed.
    return Math.max(0, (await perMessage(MORE)) - few) / MORE;
  } finally {
    for (const audience of audiences) await lab.fleet.close(audience);
    await peer.stop();
  }
}

async function costPerMessage(lab: Lab, contender: Contender): Promise<number> {
  const turns = (await takeRounds(lab, [contender], RATE_PER_SEC)).get(contender.name) ?? [];
  return median(
    turns.map(({ cpuUsPerDelivery, deliveries, expected }) => {
      return (cpuUsPerDelivery * deliveries * contender.viewers) / expected;
    }),
  );
}
