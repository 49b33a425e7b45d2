import { parseId } from '@longwire/domain';
import {
  adminPort,
  defineConfig,
  duration,
  durations,
  historySettings,
  integer,
  list,
  sharedSettings,
  size,
} from '@longwire/runtime';
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
    site: sharedSettings.site,
    expressReplicas: sharedSettings.expressReplicas,
    expressLogBytes: sharedSettings.expressLogBytes,
    expressLogEntries: sharedSettings.expressLogEntries,
    windowMs: duration({
      default: '200ms',
      min: '20ms',
      max: '5s',
      about: 'A busy room sends one batch in this time; the first message of a quiet room never waits.',
    }),
    windowMessages: integer({ default: 200, min: 1, max: 1000, about: 'So many messages end a window at once.' }),
    // Three encodings of a batch that does not compress must fit the 1 MiB that NATS takes by default, and the fourth of
    // one that is small enough for a dictionary.
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
      about:
        'Bytes of all rooms that may wait to be sent, buffers kept for busy rooms (an eighth at most) included; beyond, room messages are refused with 429.',
    }),
    roomRate: integer({
      default: 2000,
      min: 0,
      max: 1_000_000,
      about:
        'Messages a second of one room that are let through, over 5 s; beyond, they are sampled by class. 0 is no limit.',
    }),
    keepCmds: list({
      default: [
        'SEND_GIFT',
        'COMBO_SEND',
        'GUARD*',
        'USER_TOAST_MSG',
        'SUPER_CHAT*',
        'LIVE',
        'PREPARING',
        'CUT_OFF',
        'WARNING',
        'ROOM_*',
        'NOTICE*',
        'SYS*',
        'PK_*',
      ],
      about: 'Messages that are never sampled, by `cmd`; one that ends in * stands for all that begin so.',
    }),
    lowCmds: list({
      default: ['LIKE*', 'INTERACT_WORD*', 'ENTRY_EFFECT*', 'ENTER*', 'WATCHED_CHANGE', 'ONLINE_RANK*'],
      about: 'Messages that are the first to go, in the same way.',
    }),
    flushBudgetMs: duration({
      default: '10ms',
      min: '1ms',
      max: '200ms',
      about: 'So long batches are encoded in one go before the process reads from its links again.',
    }),
    bestQualityPercent: integer({
      env: 'LONGWIRE_DISPATCH_BEST_QUALITY',
      default: 25,
      min: 0,
      max: 400,
      about:
        'Percent of one core for brotli in its best quality: the rooms get it where it saves the most bytes over all viewers. 0 is never.',
    }),
    dictionaryViewers: integer({
      default: 5,
      min: 0,
      max: 1_000_000,
      about: 'A room with so many viewers of protover 4 gets a dictionary. 0: none does.',
    }),
    dictionaryRate: integer({
      default: 1,
      min: 0,
      max: 1_000_000,
      about: 'And with so many messages a second.',
    }),
    dictionarySizeBytes: size({
      default: '32KiB',
      min: '4KiB',
      max: '60KiB',
      about: 'So much of what a room has just said makes its dictionary.',
    }),
    dictionaryRenewMs: duration({
      default: '5m',
      min: '10s',
      max: '24h',
      about: 'A busy room gets a new dictionary this often; a room that was quiet for so long loses its own.',
    }),
    dictionaryRooms: integer({ default: 2000, min: 1, max: 1_000_000, about: 'Rooms with a dictionary at most.' }),
    dictionaryBytes: size({
      env: 'LONGWIRE_DISPATCH_DICTIONARY_MEMORY',
      default: '128MiB',
      min: '1MiB',
      max: '4096MiB',
      about: 'Bytes for dictionaries at most; four times its size is counted per room.',
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
    takeoverWaitMs: duration({
      default: '250ms',
      min: '0s',
      max: '5s',
      about:
        'How long access nodes have to say where their rooms stand before a partition that was taken over takes pushes.',
    }),
    historyKeepMs: historySettings.historyKeepMs,
    historyMessages: historySettings.historyMessages,
    // One answer must fit the 1 MiB that NATS takes by default, and a whole window must fit in.
    historyRoomBytes: size({
      default: '896KiB',
      min: '384KiB',
      max: '896KiB',
      about: 'So many bytes of a room are kept at most.',
    }),
    historyBytes: historySettings.historyBytes,
    recentMs: duration({
      default: '60s',
      min: '1s',
      max: '5m',
      about:
        'A room message with an id seen within this time is not taken again, also when it was seen by an owner before.',
    }),
    retryEveryMs: duration({
      default: '200ms',
      min: '20ms',
      max: '5s',
      about: 'How often it is looked whether express messages are due or over.',
    }),
    retrySpacing: durations({
      default: '1s,2s,4s,8s,15s',
      min: '100ms',
      max: '10m',
      about: 'Waits between the attempts of an express message that is not acked; the last one from there on.',
    }),
    retryRounds: integer({
      default: 0,
      min: 0,
      max: 10_000,
      about: 'Most attempts of an express message while its addressees stay connected; 0: until its ttl ends.',
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
    ...(parseId(config.site) === undefined ? ['LONGWIRE_SITE must be an id'] : []),
    ...(config.leaseRenewMs * 3 > config.leaseTtlMs
      ? ['LONGWIRE_DISPATCH_LEASE_RENEW must be at most a third of LONGWIRE_DISPATCH_LEASE_TTL']
      : []),
    ...(config.queueBytes < config.roomQueueBytes
      ? ['LONGWIRE_DISPATCH_QUEUE must be at least LONGWIRE_DISPATCH_ROOM_QUEUE']
      : []),
  ],
});

export type DispatchConfig = ConfigOf<typeof dispatchConfig>;
