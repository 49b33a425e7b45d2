import { AppError } from '@longwire/domain';
import type { Clock } from '@longwire/domain';

/** Most queries under way at once; more are refused, since a store that is behind gets no faster by being asked more. */
export const MAX_QUERIES = 2000;
/** Longest a query may take. */
export const QUERY_DEADLINE_MS = 2000;

/** Bounds the queries to the store in number and in time, so that a hung store is answered for and does not pile up. */
export interface CallGate {
  /** Settles as `query` does; rejects with `store-unavailable` when it is late or {@link MAX_QUERIES} are under way. */
  run<T>(query: () => Promise<T>): Promise<T>;
  /** Queries under way: late ones count until the store settles them. */
  underWay(): number;
}

export function createCallGate(clock: Pick<Clock, 'after'>): CallGate {
  let underWay = 0;
  return {
    underWay: () => underWay,
    async run(query) {
      if (underWay >= MAX_QUERIES) throw unavailable('Too many queries wait for the store');
      underWay += 1;
      const late = Promise.withResolvers<never>();
      const timer = clock.after(QUERY_DEADLINE_MS, () => late.reject(unavailable('The store did not answer in time')));
      const answer = query().finally(() => {
        underWay -= 1;
      });
      try {
        return await Promise.race([answer, late.promise]);
      } finally {
        timer.cancel();
      }
    },
  };
}

function unavailable(message: string): AppError {
  return new AppError('store-unavailable', message, { retryAfterMs: 1000 });
}
