import { describe } from 'node:test';
import { describePresenceDigests } from './presence-digests.contract.ts';
import { describePresenceEvents } from './presence-events.contract.ts';
import { describePresenceIndexes } from './presence-indexes.contract.ts';
import { describePresenceNodes } from './presence-nodes.contract.ts';
import type { PresenceStoreContract } from './presence-store-needs.ts';

/** What every PresenceStore promises. */
export function describePresenceStoreContract(contract: PresenceStoreContract): void {
  describe(`PresenceStore on ${contract.name}`, () => {
    describePresenceIndexes(contract);
    describePresenceEvents(contract);
    describePresenceNodes(contract);
    describePresenceDigests(contract);
  });
}
