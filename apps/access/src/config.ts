import {
  adminPort,
  defineConfig,
  duration,
  flag,
  historySettings,
  integer,
  number,
  port,
  sharedSettings,
  size,
  text,
} from '@longwire/runtime';
import type { ConfigOf } from '@longwire/runtime';

const transportSettings = {
  wsPort: port({ default: 56100, about: 'Port for WebSocket clients.' }),
  tcpPort: port({ default: 56101, about: 'Port for TCP clients.' }),
  wssPort: port({ default: 56102, about: 'Port for WebSocket clients over TLS; opened when a certificate is set.' }),
  tlsPort: port({ default: 56103, about: 'Port for TCP clients over TLS; opened when a certificate is set.' }),
  reusePort: flag({
    default: false,
    about:
      'Whether several nodes of one machine listen on the same ports, and the kernel deals the clients out (Linux, FreeBSD).',
  }),
  plainTransports: flag({ default: true, about: 'Whether the two ports without TLS are opened.' }),
  tlsCertFile: text({ default: null, about: 'PEM file of the certificate chain.' }),
  tlsKeyFile: text({ default: null, about: 'PEM file of its private key.' }),
  tlsReloadMs: duration({
    default: '5s',
    min: '1s',
    max: '24h',
    about: 'How often the certificate files are looked at; SIGHUP does it at once.',
  }),
  advertiseWs: text({ default: null, about: 'URL clients are told for WebSocket; by default made of host and port.' }),
  advertiseTcp: text({ default: null, about: 'Address clients are told for TCP; by default made of host and port.' }),
};

const limitSettings = {
  maxConnections: integer({
    default: 50_000,
    min: 1,
    max: 1_000_000,
    about: 'More connections are refused with 4011.',
  }),
  maxConnectionsPerUser: integer({
    default: 16,
    min: 1,
    max: 10_000,
    about: 'One more of a user on this node closes the oldest with 4510.',
  }),
  connectRate: integer({
    default: 2000,
    min: 0,
    max: 1_000_000,
    about: 'Connects a second from one address, loopback too; more are closed with 4010. 0 is no limit.',
  }),
  acceptRate: integer({
    default: 2000,
    min: 0,
    max: 1_000_000,
    about:
      'Clients a second this node lets in from all addresses; the others are told when to come back. 0 is no limit.',
  }),
  acceptBurst: integer({ default: 4000, min: 1, max: 1_000_000, about: 'Clients let in at once after a rest.' }),
  connectBurst: integer({ default: 4000, min: 1, max: 1_000_000, about: 'Connects from one address at once.' }),
  maxFramesPerSec: integer({
    default: 500,
    min: 10,
    max: 1_000_000,
    about: 'Frames one connection may send in a second; more close it with 4013.',
  }),
  // A member costs about 9 us, so that 500 are 5 ms.
  membersPerTurn: integer({
    default: 500,
    min: 1,
    max: 1_000_000,
    about:
      'Batches of rooms, and a push to a zone or all, are written to so many members in a turn of the event loop; express and other clients come before the next.',
  }),
  outboxMarkBytes: size({
    default: '256KiB',
    min: '16KiB',
    max: '64MiB',
    about: 'While more waits for a connection, bulk for it is shed.',
  }),
  outboxBoundBytes: size({
    default: '1MiB',
    min: '128KiB',
    max: '256MiB',
    about: 'When express and replies would go beyond this, the connection is closed as a slow consumer.',
  }),
  outboxMaxAgeMs: duration({
    default: '5s',
    min: '100ms',
    max: '5m',
    about: 'A connection above the mark for so long is closed as a slow consumer.',
  }),
};

const resumeSettings = {
  historyKeepMs: historySettings.historyKeepMs,
  historyMessages: historySettings.historyMessages,
  historyRoomBytes: size({
    default: '1MiB',
    min: '64KiB',
    max: '64MiB',
    about: 'So many bytes of a room are kept at most, in the encodings they came in.',
  }),
  historyBytes: historySettings.historyBytes,
  recentMs: duration({
    default: '60s',
    min: '1s',
    max: '5m',
    about:
      'How long it is remembered which room messages came, so that a new owner of the room knows one that is pushed again.',
  }),
  resumeWaitMs: duration({
    default: '4s',
    min: '100ms',
    max: '10s',
    about:
      'How long a client that resumes waits for the owner of its room when this node cannot say; a killed one is replaced within 3 s.',
  }),
};

/** The settings of an access process. */
export const accessConfig = defineConfig({
  prefix: 'LONGWIRE_ACCESS',
  settings: {
    nodeId: sharedSettings.nodeId,
    region: sharedSettings.region,
    site: sharedSettings.site,
    host: sharedSettings.host,
    portOffset: sharedSettings.portOffset,
    ...transportSettings,
    adminPort: adminPort(9101),
    natsUrl: sharedSettings.natsUrl,
    logicGrpc: sharedSettings.logicGrpc,
    controlGrpc: sharedSettings.controlGrpc,
    tokenKeys: sharedSettings.tokenKeys,
    heartbeatMs: sharedSettings.heartbeatMs,
    ...limitSettings,
    roomLingerMs: duration({
      default: '30s',
      min: '0s',
      max: '5m',
      about: 'How long an empty room stays subscribed and is kept for those who come back.',
    }),
    ...resumeSettings,
    dictionaryBytes: size({
      env: 'LONGWIRE_ACCESS_DICTIONARIES',
      default: '32MiB',
      min: '64KiB',
      max: '4096MiB',
      about:
        'Bytes of room dictionaries, kept for members and for kept batches that came with one; beyond, no further one is taken.',
    }),
    copyWindowMs: duration({
      default: '700ms',
      min: '0s',
      max: '10m',
      about:
        'A repeat of a direct message within this time is a copy and dropped; below the first LONGWIRE_DISPATCH_RETRY_SPACING.',
    }),
    drainMs: duration({
      default: '20s',
      min: '100ms',
      max: '10m',
      about: 'How long a stopping node may take to drain; the pace is hurried when this is too short for it.',
    }),
    drainPercentPerSec: number({
      default: 10,
      min: 0.1,
      max: 100,
      about: 'How many in a hundred of its clients a draining node sends away each second.',
    }),
    drainCloseAfterMs: duration({
      default: '5s',
      min: '0s',
      max: '5m',
      about: 'A client that is still there so long after its hint is closed.',
    }),
    logLevel: sharedSettings.logLevel,
    logFormat: sharedSettings.logFormat,
  },
  check: (config) => [
    ...((config.tlsCertFile === null) === (config.tlsKeyFile === null)
      ? []
      : ['LONGWIRE_ACCESS_TLS_CERT_FILE and LONGWIRE_ACCESS_TLS_KEY_FILE must be set together']),
    ...(config.plainTransports || config.tlsCertFile !== null
      ? []
      : ['LONGWIRE_ACCESS_PLAIN_TRANSPORTS may be false only when LONGWIRE_ACCESS_TLS_CERT_FILE is set']),
    ...(config.outboxMarkBytes < config.outboxBoundBytes
      ? []
      : ['LONGWIRE_ACCESS_OUTBOX_MARK must be below LONGWIRE_ACCESS_OUTBOX_BOUND']),
  ],
});

export type AccessConfig = ConfigOf<typeof accessConfig>;
