import { LOG_FORMATS, LOG_LEVELS } from '../logger.ts';
import { choice, list, secret, text } from './builders.ts';
import { duration, integer, port, size } from './number-builders.ts';

/** Name of the variable that is added to every port. */
export const PORT_OFFSET_ENV = 'LONGWIRE_PORT_OFFSET';

/** Settings that several apps have in common; an app spreads the ones it uses into its own. */
export const sharedSettings = {
  natsUrl: text({ env: 'LONGWIRE_NATS_URL', default: 'nats://127.0.0.1:4222', about: 'Where NATS is.' }),
  redisUrl: text({ env: 'LONGWIRE_REDIS_URL', default: 'redis://127.0.0.1:6379', about: 'Where Redis is.' }),
  apiKey: secret({
    env: 'LONGWIRE_API_KEY',
    default: null,
    about: 'Bootstrap API key, which has every scope; without it only stored keys are accepted.',
  }),
  tokenKeys: list({
    env: 'LONGWIRE_TOKEN_KEYS',
    default: [],
    isSecret: true,
    about: 'Keys of the connect tokens as `kid:base64url` of 32 bytes, newest first; the newest mints, all are read.',
  }),
  logLevel: choice({
    env: 'LONGWIRE_LOG_LEVEL',
    values: LOG_LEVELS,
    default: 'info',
    about: 'Least level that is logged.',
  }),
  logFormat: choice({
    env: 'LONGWIRE_LOG_FORMAT',
    values: LOG_FORMATS,
    default: null,
    about: 'Form of the log; by default pretty on a terminal, else json.',
  }),
  host: text({ env: 'LONGWIRE_HOST', default: '127.0.0.1', about: 'Address that every listener binds.' }),
  portOffset: integer({
    env: PORT_OFFSET_ENV,
    default: 0,
    min: 0,
    max: 64_000,
    about: 'Added to every port, so that several clusters fit on one machine.',
  }),
  adminPort: port({
    env: 'LONGWIRE_ADMIN_PORT',
    default: 0,
    about: 'Port of /healthz, /readyz and /metrics; 0 is any free one.',
  }),
  nodeId: text({ env: 'LONGWIRE_NODE_ID', default: null, about: 'Name of this process; default: the app and 1.' }),
  region: text({ env: 'LONGWIRE_REGION', default: 'local', about: 'Geography or data centre this process runs in.' }),
  heartbeatMs: duration({
    env: 'LONGWIRE_HEARTBEAT',
    default: '30s',
    min: '1s',
    max: '10m',
    about: 'How often clients are to send a heartbeat; set it alike for control and access.',
  }),
  site: text({ env: 'LONGWIRE_SITE', default: 'a', about: 'Availability zone within the region.' }),
  expressReplicas: integer({
    env: 'LONGWIRE_EXPRESS_REPLICAS',
    default: 1,
    min: 1,
    max: 5,
    about: 'NATS servers that keep each express message; 3 on a cluster of three.',
  }),
  expressLogBytes: size({
    env: 'LONGWIRE_EXPRESS_LOG_BYTES',
    default: '256MiB',
    min: '1MiB',
    max: '1024GiB',
    about: 'Bytes of the express log; beyond, pushes that want an ack are refused with 429.',
  }),
  expressLogEntries: integer({
    env: 'LONGWIRE_EXPRESS_LOG_ENTRIES',
    default: 1_000_000,
    min: 10,
    max: 100_000_000,
    about: 'Entries of the same: messages, and batches of acks.',
  }),
  stateDir: text({
    env: 'LONGWIRE_STATE_DIR',
    default: '.longwire',
    about: 'Folder of ready.json, logs and the data of standalone; relative to where it is started.',
  }),
  webhookUrl: text({
    env: 'LONGWIRE_WEBHOOK_URL',
    default: null,
    about: 'Where client events are posted to, http or https; without it there is no webhook.',
  }),
  webhookSecret: secret({
    env: 'LONGWIRE_WEBHOOK_SECRET',
    default: null,
    about: 'Key of the HMAC-SHA256 that webhook posts are signed with; needed with LONGWIRE_WEBHOOK_URL.',
  }),
  webhookTimeoutMs: duration({
    env: 'LONGWIRE_WEBHOOK_TIMEOUT',
    default: '10s',
    min: '100ms',
    max: '1m',
    about: 'A webhook post that is not answered for so long has failed and is tried again.',
  }),
  eventsSubject: text({
    env: 'LONGWIRE_EVENTS_SUBJECT',
    default: null,
    about: 'NATS subject that each client event is published to, as JSON; without it there is none.',
  }),
  controlGrpc: list({
    env: 'LONGWIRE_CONTROL_GRPC',
    default: ['127.0.0.1:7110'],
    about: 'Addresses of control, host:port, tried in order.',
  }),
  logicGrpc: list({
    env: 'LONGWIRE_LOGIC_GRPC',
    default: ['127.0.0.1:7310'],
    about: 'Addresses of logic, host:port, tried in order.',
  }),
};

/**
 * What is kept of a room's past, by each of those who keep it under a name of its own: an access node may keep less than
 * the owner of the room, whom it then asks. Bytes of one room are bounded by what each sends in one piece.
 */
export const historySettings = {
  historyKeepMs: duration({
    default: '30s',
    min: '0s',
    max: '10m',
    about: 'How long the messages of a room are kept for clients that resume.',
  }),
  historyMessages: integer({
    default: 500,
    min: 1,
    max: 10_000,
    about: 'So many messages of a room are kept at most.',
  }),
  historyBytes: size({
    default: '64MiB',
    min: '1MiB',
    max: '4096MiB',
    about: 'The same of all rooms; the room that was quiet for longest gives first.',
  }),
};

/** The admin port with the default of one app. */
export function adminPort(defaultPort: number) {
  const { about } = sharedSettings.adminPort;
  return port({ env: 'LONGWIRE_ADMIN_PORT', default: defaultPort, about });
}
