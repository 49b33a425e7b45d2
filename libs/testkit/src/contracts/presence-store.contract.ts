import { describe } from 'node:test';
import type { PresenceStore } from '@longwire/domain';
import type { Contract } from './contract.ts';
import { describePresenceDigests } from './presence-digests.contract.ts';
import { describePresenceEvents } from './presence-events.contract.ts';
import { describePresenceIndexes } from './presence-indexes.contract.ts';
import { describePresenceNodes } from './presence-nodes.contract.ts';

export interface PresenceStoreNeeds {
  readonly leaveGraceMs: number;
  /** Default of the adapter when absent. */
  readonly eventHoldMs?: number;
}

export type PresenceStoreContract = Contract<PresenceStore, PresenceStoreNeeds>;

/** What every PresenceStore promises. */
export function describePresenceStoreContract(contract: PresenceStoreContract): void {
  describe(`PresenceStore on ${contract.name}`, () => {
    describePresenceIndexes(contract);
    describePresenceEvents(contract);
    describePresenceNodes(contract);
    describePresenceDigests(contract);
  });
}
