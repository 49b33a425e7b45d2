import { adminPort, defineConfig, duration, integer, sharedSettings, size } from '@longwire/runtime';
import type { ConfigOf } from '@longwire/runtime';

/** The settings of a dispatch process. */
export const dispatchConfig = defineConfig({
  prefix: 'LONGWIRE_DISPATCH',
  settings: {
    host: sharedSettings.host,
    portOffset: sharedSettings.portOffset,
    adminPort: adminPort(9021),
    natsUrl: sharedSettings.natsUrl,
    redisUrl: sharedSettings.redisUrl,
    logicGrpc: sharedSettings.logicGrpc,
    windowMs: duration({
      default: '200ms',
      min: '20ms',
      max: '5s',
      about: 'A busy room sends one batch in this time; the first message of a quiet room never waits.',
    }),
    windowMessages: integer({ default: 200, min: 1, max: 1000, about: 'So many messages end a window at once.' }),
    // Three encodings of a batch that does not compress must fit the 1 MiB that NATS takes by default.
    windowBytes: size({
      env: 'LONGWIRE_DISPATCH_WINDOW_BYTES',
      default: '256KiB',
      min: '1KiB',
      max: '320KiB',
      about: 'A window ends before its frames would pass this size; a single message may.',
    }),
    roomQueueBytes: size({
      default: '4MiB',
      min: '512KiB',
      max: '64MiB',
      about: 'Bytes of one room that may wait to be sent; beyond, its messages are refused with 429.',
    }),
    queueBytes: size({
      default: '256MiB',
      min: '1MiB',
      max: '4096MiB',
      about: 'Bytes of all rooms that may wait to be sent; beyond, room messages are refused with 429.',
    }),
    flushBudgetMs: duration({
      default: '10ms',
      min: '1ms',
      max: '200ms',
      about: 'So long batches are encoded in one go before the process reads from its links again.',
    }),
    leaseTtlMs: duration({
      default: '2s',
      min: '200ms',
      max: '30s',
      about: 'A process that could not renew its partitions for so long has lost them.',
    }),
    leaseRenewMs: duration({
      default: '500ms',
      min: '50ms',
      max: '10s',
      about: 'How often partitions are renewed, claimed and evened out.',
    }),
    roomsPerPartition: integer({
      default: 10_000,
      min: 10,
      max: 1_000_000,
      about: 'Rooms whose seq a partition remembers; with more it begins a new epoch.',
    }),
    demandExpiryMs: duration({
      default: '15s',
      min: '1s',
      max: '5m',
      about: 'What an access node said it needs is forgotten when it has been silent for so long.',
    }),
    recentMs: duration({
      default: '10s',
      min: '1s',
      max: '5m',
      about: 'A room message with an id seen within this time is not taken again.',
    }),
    retryEveryMs: duration({
      default: '200ms',
      min: '20ms',
      max: '5s',
      about: 'How often the express store is asked for what is due.',
    }),
    onceMessages: integer({
      default: 10_000,
      min: 1,
      max: 1_000_000,
      about: 'Messages to users and devices without an ack that may be under way; beyond, they are refused with 429.',
    }),
    onceBytes: size({
      env: 'LONGWIRE_DISPATCH_ONCE_BYTES',
      default: '64MiB',
      min: '1MiB',
      max: '4096MiB',
      about: 'Payload bytes of the same.',
    }),
    onceGiveUpMs: duration({
      default: '2s',
      min: '0s',
      max: '1m',
      about: 'How long a message without an ack waits for logic to say where its addressees are.',
    }),
    logLevel: sharedSettings.logLevel,
    logFormat: sharedSettings.logFormat,
    nodeId: sharedSettings.nodeId,
  },
  check: (config) => [
    ...(config.leaseRenewMs * 3 > config.leaseTtlMs
      ? ['LONGWIRE_DISPATCH_LEASE_RENEW must be at most a third of LONGWIRE_DISPATCH_LEASE_TTL']
      : []),
    ...(config.queueBytes < config.roomQueueBytes
      ? ['LONGWIRE_DISPATCH_QUEUE must be at least LONGWIRE_DISPATCH_ROOM_QUEUE']
      : []),
  ],
});

export type DispatchConfig = ConfigOf<typeof dispatchConfig>;
