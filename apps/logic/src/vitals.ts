import type { TierTable } from '@longwire/vitals';

/** Logic has nothing to tell but what every process tells: who is online it is asked, since it knows exactly. */
export const logicVitals: TierTable = { tier: 'logic', readings: [], histograms: [] };
