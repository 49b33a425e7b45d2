import { addresseeKey } from '@longwire/domain';
import type { Bus, Clock, LogicApi } from '@longwire/domain';
import type { ExpressTraces } from '../trace/express-traces.ts';
import type { ExpressSender } from './express-sender.ts';
import type { Ledger } from './ledger/ledger.ts';
import type { TrackedMessage } from './ledger/tracked-message.ts';
import type { Delivery, OutgoingMessage } from './outgoing.ts';
import type { RouteMap, RouteResolver } from './route-resolver.ts';

export interface RoundMakerOptions {
  readonly ledger: Ledger;
  readonly sender: Pick<ExpressSender, 'deliverTo'>;
  readonly resolver: Pick<RouteResolver, 'routesOf'>;
  readonly logic: Pick<LogicApi, 'isAvailable'>;
  readonly expressBus: Pick<Bus, 'isConnected'>;
  readonly clock: Clock;
  readonly isMine: (messageId: string) => boolean;
  readonly traces: Pick<ExpressTraces, 'sent'>;
  readonly onRound: (tracked: TrackedMessage) => void;
  readonly onFault: (fault: unknown) => void;
}

/** Addressees looked up together; a message for more of them is a batch alone. */
const BATCH_ADDRESSEES = 500;
const MAX_BATCHES = 8;
const PUT_OFF_MS = 250;

/**
 * Makes the rounds that are due: asks where the addressees are and sends to every device that has not acked. While logic or
 * the bus is away nothing is taken, so that no round is spent on nobody.
 */
export class RoundMaker {
  readonly #options: RoundMakerOptions;
  readonly #running = new Set<Promise<void>>();
  #isScheduled = false;
  #isStopped = false;

  constructor(options: RoundMakerOptions) {
    this.#options = options;
  }

  /** Something may be due: what is noted in one turn of the event loop is made up together. */
  wake(): void {
    if (this.#isScheduled || this.#isStopped) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.pump();
    });
  }

  pump(): void {
    const { ledger, logic, expressBus, clock } = this.#options;
    while (!this.#isStopped && this.#running.size < MAX_BATCHES && logic.isAvailable() && expressBus.isConnected()) {
      const due = ledger.takeDue(clock.now(), BATCH_ADDRESSEES);
      if (due.length === 0) return;
      const round = this.#make(due);
      this.#running.add(round);
      void round.finally(() => {
        this.#running.delete(round);
        this.wake();
      });
    }
  }

  /** Begins no further round; resolves when those under way have ended. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await Promise.all(this.#running);
  }

  async #make(due: readonly TrackedMessage[]): Promise<void> {
    const { ledger, resolver, clock, isMine, onFault } = this.#options;
    const mine: TrackedMessage[] = [];
    for (const tracked of due) {
      if (isMine(tracked.message.messageId)) mine.push(tracked);
      // Its process makes the round; the plan is followed here too, should that process end.
      else ledger.endRound(tracked, clock.now(), false);
    }
    if (mine.length === 0) return;
    try {
      const routes = await resolver.routesOf(mine.flatMap((tracked) => [...tracked.wanting()]));
      for (const tracked of mine) this.#send(tracked, routes);
    } catch (fault) {
      for (const tracked of mine) ledger.putOff(tracked, clock.now() + PUT_OFF_MS);
      onFault(fault);
    }
  }

  #send(tracked: TrackedMessage, routes: RouteMap): void {
    const { ledger, sender, clock, onRound, traces } = this.#options;
    const message = outgoingOf(tracked);
    const deliveries: Delivery[] = [...tracked.wanting()].map((addressee) => ({ message, addressee }));
    let isAbsent = true;
    sender.deliverTo(deliveries, ({ addressee }) => {
      const key = addresseeKey(addressee);
      const found = (routes.get(key) ?? []).filter(({ deviceId }) => tracked.wants(key, deviceId));
      if (found.length > 0) {
        tracked.noteSent(key, found);
        traces.sent(message, tracked.attempts, found);
      }
      isAbsent &&= found.length === 0;
      return found;
    });
    onRound(tracked);
    ledger.endRound(tracked, clock.now(), isAbsent);
  }
}

/** All that want an ack are traced. How long one was on its way is told by the first round, unless somebody was absent. */
function outgoingOf({ message, rounds, attempts }: TrackedMessage): OutgoingMessage {
  const isFirst = rounds === 0 && attempts === 0;
  return { ...message, isTraced: true, acceptedAtMs: isFirst ? message.acceptedAtMs : undefined };
}
