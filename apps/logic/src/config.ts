import { adminPort, defineConfig, duration, port, sharedSettings } from '@longwire/runtime';
import type { ConfigOf } from '@longwire/runtime';

/** The settings of a logic process. */
export const logicConfig = defineConfig({
  prefix: 'LONGWIRE_LOGIC',
  settings: {
    host: sharedSettings.host,
    portOffset: sharedSettings.portOffset,
    grpcPort: port({ default: 7310, about: 'Port that the other tiers call, gRPC.' }),
    adminPort: adminPort(9011),
    redisUrl: sharedSettings.redisUrl,
    natsUrl: sharedSettings.natsUrl,
    presenceLeaseMs: duration({
      default: '5s',
      min: '2s',
      max: '5m',
      about: 'Sessions of an access node that has not reported for so long are closed; nodes report once a second.',
    }),
    sweepMs: duration({
      default: '1s',
      min: '100ms',
      max: '1m',
      about: 'How often nodes that have gone are looked for.',
    }),
    leaveGraceMs: duration({
      default: '10s',
      min: '0s',
      max: '5m',
      about: 'Who comes back to a room within this time has not left it; set it alike for all logic processes.',
    }),
    leavesMs: duration({
      default: '500ms',
      min: '50ms',
      max: '10s',
      about:
        'How often leaves whose grace has ended, and events that another process left behind, are written to the event log.',
    }),
    logLevel: sharedSettings.logLevel,
    logFormat: sharedSettings.logFormat,
    nodeId: sharedSettings.nodeId,
  },
});

export type LogicConfig = ConfigOf<typeof logicConfig>;
