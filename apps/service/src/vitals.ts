import type { TierTable } from '@longwire/vitals';

/** What a service process tells of itself, and the metric it takes each from. */
export const serviceVitals: TierTable = {
  tier: 'service',
  readings: [
    { vital: 'pushes', metric: 'longwire_service_pushes_total' },
    { vital: 'shed', metric: 'longwire_service_refusals_total', splitBy: 'limit', prefix: 'limit-' },
  ],
  histograms: [],
};
