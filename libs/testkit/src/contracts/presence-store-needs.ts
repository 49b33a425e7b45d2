import type { PresenceStore } from '@longwire/domain';
import type { Contract } from './contract.ts';

/** What an adapter of PresenceStore is made with, for one case. */
export interface PresenceStoreNeeds {
  readonly leaveGraceMs: number;
  /** Default of the adapter when absent. */
  readonly eventHoldMs?: number;
  readonly breakMs?: number;
  readonly settleMs?: number;
}

export type PresenceStoreContract = Contract<PresenceStore, PresenceStoreNeeds>;
