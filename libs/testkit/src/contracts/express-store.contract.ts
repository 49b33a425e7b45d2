import { describe } from 'node:test';
import type { ExpressStore } from '@longwire/domain';
import type { Contract } from './contract.ts';
import { describeExpressAcks } from './express-acks.contract.ts';
import { describeExpressDeliveries } from './express-deliveries.contract.ts';

export interface ExpressStoreNeeds {
  readonly maxPending: number;
}

export type ExpressStoreContract = Contract<ExpressStore, ExpressStoreNeeds>;

/** What every ExpressStore promises. */
export function describeExpressStoreContract(contract: ExpressStoreContract): void {
  describe(`ExpressStore on ${contract.name}`, () => {
    describeExpressDeliveries(contract);
    describeExpressAcks(contract);
  });
}
