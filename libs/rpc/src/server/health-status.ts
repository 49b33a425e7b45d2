import type { Server } from '@grpc/grpc-js';
import type { Clock } from '@longwire/domain';
import { HealthImplementation } from 'grpc-health-check';

const POLL_MS = 250;

/** Serves `grpc.health.v1.Health` for the whole server (`""`) and each service, after what `isServing` says. */
export class HealthStatus {
  readonly #health = new HealthImplementation();
  readonly #names: readonly string[];
  readonly #isServing: () => boolean;
  #last: boolean | undefined;
  #stopPolling: (() => void) | undefined;

  constructor(serviceNames: readonly string[], isServing: () => boolean) {
    this.#names = ['', ...serviceNames];
    this.#isServing = isServing;
    this.#show(false);
  }

  addTo(server: Server): void {
    this.#health.addToServer(server);
  }

  /** Follows `isServing` from now on. */
  start(clock: Clock): void {
    this.#show(this.#isServing());
    const timer = clock.every(POLL_MS, () => this.#show(this.#isServing()));
    this.#stopPolling = () => timer.cancel();
  }

  /** Not serving any more, for good. */
  stop(): void {
    this.#stopPolling?.();
    this.#show(false);
  }

  #show(isServing: boolean): void {
    if (isServing === this.#last) return;
    this.#last = isServing;
    for (const name of this.#names) this.#health.setStatus(name, isServing ? 'SERVING' : 'NOT_SERVING');
  }
}
