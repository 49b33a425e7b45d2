import { Audience } from './audience.ts';
import type { AnswerMessage, Order, OrderMessage } from './orders.ts';
import { Pusher } from './pusher.ts';

const audiences = new Map<string, Audience>();

async function follow(order: Order): Promise<unknown> {
  switch (order.kind) {
    case 'connect': {
      const audience = new Audience(order.spec);
      audiences.set(order.spec.name, audience);
      return audience.connect();
    }
    case 'begin':
      for (const audience of audiences.values()) audience.begin(order.schedules);
      return null;
    case 'report':
      return audiences.get(order.audience)?.report();
    case 'close':
      audiences.get(order.audience)?.close();
      audiences.delete(order.audience);
      return null;
    case 'push':
      return new Pusher(order.spec).run();
  }
}

process.on('message', (message: OrderMessage) => {
  const answer = (rest: Omit<AnswerMessage, 'id'>): void => void process.send?.({ id: message.id, ...rest });
  follow(message.order).then(
    (value) => answer({ answer: value }),
    (fault: unknown) => answer({ fault: fault instanceof Error ? (fault.stack ?? fault.message) : String(fault) }),
  );
});
// The bench is gone: nothing here is of use any more.
process.on('disconnect', () => process.exit(0));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
