import type { TierTable } from '@longwire/vitals';

/** A batch that is not compressed says nothing of what compression saves. */
const COMPRESSED = { label: 'encoding', values: ['zlib', 'brotli'] };

/** What a dispatch process tells of itself, and the metric it takes each from. */
export const dispatchVitals: TierTable = {
  tier: 'dispatch',
  readings: [
    { vital: 'messages', metric: 'longwire_dispatch_room_messages_taken_total' },
    { vital: 'batches', metric: 'longwire_dispatch_batches_forwarded_total' },
    { vital: 'rawBytes', metric: 'longwire_dispatch_encoded_raw_bytes_total', only: COMPRESSED },
    { vital: 'encodedBytes', metric: 'longwire_dispatch_encoded_bytes_total', only: COMPRESSED },
    { vital: 'shed', metric: 'longwire_dispatch_room_messages_shed_total', splitBy: 'class', prefix: 'sampled-' },
    { vital: 'shed', metric: 'longwire_dispatch_room_overloaded_total', splitBy: 'bound', prefix: 'refused-' },
  ],
  histograms: [],
};
