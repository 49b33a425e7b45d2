import type { TierTable } from '@longwire/vitals';

/** What an access node tells of itself, and the metric it takes each from. */
export const accessVitals: TierTable = {
  tier: 'access',
  readings: [
    { vital: 'connections', metric: 'longwire_access_connections_count' },
    { vital: 'deliveries', metric: 'longwire_access_messages_out_total' },
    { vital: 'frames', metric: 'longwire_access_frames_out_total' },
    { vital: 'bytes', metric: 'longwire_access_bytes_out_total' },
    { vital: 'connects', metric: 'longwire_access_connects_total' },
    { vital: 'closes', metric: 'longwire_access_closes_total' },
    { vital: 'fanOuts', metric: 'longwire_access_fan_outs_total' },
    { vital: 'shed', metric: 'longwire_access_shed_total', splitBy: 'reason' },
  ],
  histograms: [{ vital: 'delay', metric: 'longwire_access_batch_delay_seconds', splitBy: 'lane' }],
};
