import { fakeClock } from '@longwire/testkit';
import type { FakeClock } from '@longwire/testkit';
import type { Position } from '../src/message.ts';
import type { Placed } from '../src/room/position.ts';
import { RoomOrder } from '../src/room/room-order.ts';

/** The order of one room, with all that it does and asks for. */
export interface OrderRig {
  readonly order: RoomOrder<Placed>;
  readonly clock: FakeClock;
  readonly shown: string[];
  readonly gaps: (number | null)[];
  readonly asked: Position[];
  accepts: boolean;
  isUp: boolean;
  readonly take: (seq: number, epoch?: number, sizeBytes?: number) => void;
}

export function orderRig(): OrderRig {
  const clock = fakeClock();
  const made = { clock, shown: [], gaps: [], asked: [], accepts: true, isUp: true } as unknown as OrderRig;
  const order = new RoomOrder<Placed>({
    clock,
    deliver: ({ epoch, seq }) => {
      if (made.accepts) made.shown.push(`${epoch}/${seq}`);
      return made.accepts;
    },
    ask: (position) => {
      if (made.isUp) made.asked.push(position);
      return made.isUp;
    },
    onGap: (missed) => made.gaps.push(missed),
  });
  const take: OrderRig['take'] = (seq, epoch = 1, sizeBytes = 10) => order.take({ epoch, seq, sizeBytes });
  return Object.assign(made, { order, take });
}
