import { adminPort, defineConfig, duration, integer, port, sharedSettings } from '@longwire/runtime';
import type { ConfigOf } from '@longwire/runtime';

/** The settings of a service process. */
export const serviceConfig = defineConfig({
  prefix: 'LONGWIRE_SERVICE',
  settings: {
    host: sharedSettings.host,
    portOffset: sharedSettings.portOffset,
    natsUrl: sharedSettings.natsUrl,
    redisUrl: sharedSettings.redisUrl,
    logicGrpc: sharedSettings.logicGrpc,
    expressReplicas: sharedSettings.expressReplicas,
    expressLogBytes: sharedSettings.expressLogBytes,
    expressLogEntries: sharedSettings.expressLogEntries,
    apiKey: sharedSettings.apiKey,
    httpPort: port({ default: 7200, about: 'Port of the HTTP API.' }),
    grpcPort: port({ default: 7210, about: 'Port of the gRPC API.' }),
    keyRate: integer({
      default: 20_000,
      min: 1,
      max: 1_000_000,
      about: 'Pushes a second one API key may make; bursts of two seconds.',
    }),
    roomRate: integer({
      default: 5000,
      min: 1,
      max: 1_000_000,
      about: 'Pushes a second to one room; bursts of two seconds.',
    }),
    maxInFlight: integer({ default: 10_000, min: 1, max: 1_000_000, about: 'Pushes under way at a time.' }),
    maxQueued: integer({
      default: 20_000,
      min: 1,
      max: 1_000_000,
      about: 'Room messages that may wait for their partition.',
    }),
    maxQueuedMiB: integer({ default: 64, min: 1, max: 4096, about: 'MiB of payload that may wait for partitions.' }),
    gatherMs: duration({
      default: '20ms',
      min: '0ms',
      max: '1s',
      about: 'How long messages of a busy room may wait to be handed over together; a quiet one never waits. 0 is off.',
    }),
    adminPort: adminPort(9031),
    moveWaitMs: duration({
      default: '4s',
      min: '0s',
      max: '30s',
      about: 'How long a push waits while its partition moves to another dispatch process.',
    }),
    maxEventStreams: integer({ default: 64, min: 1, max: 10_000, about: 'Open GET /v1/events streams at a time.' }),
    eventsKeepAliveMs: duration({
      default: '15s',
      min: '1s',
      max: '5m',
      about: 'A silent event stream sends a comment this often.',
    }),
    webhookUrl: sharedSettings.webhookUrl,
    webhookSecret: sharedSettings.webhookSecret,
    webhookTimeoutMs: sharedSettings.webhookTimeoutMs,
    eventsSubject: sharedSettings.eventsSubject,
    logLevel: sharedSettings.logLevel,
    logFormat: sharedSettings.logFormat,
    nodeId: sharedSettings.nodeId,
  },
  check: (config) => deliveryFaults(config),
});

/** One or more tokens with dots between: no wildcards, no blanks, and none of the subjects that are ours or the server's. */
const SUBJECT = /^(?!lw\.|\$|_)[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/;

interface DeliverySettings {
  readonly webhookUrl: string | null;
  readonly webhookSecret: string | null;
  readonly eventsSubject: string | null;
}

function deliveryFaults({ webhookUrl, webhookSecret, eventsSubject }: DeliverySettings): readonly string[] {
  const faults: string[] = [];
  if (webhookUrl !== null && !/^https?:$/.test(URL.parse(webhookUrl)?.protocol ?? '')) {
    faults.push('LONGWIRE_WEBHOOK_URL must be an http or https URL');
  }
  if (webhookUrl !== null && webhookSecret === null) {
    faults.push('LONGWIRE_WEBHOOK_URL needs LONGWIRE_WEBHOOK_SECRET');
  }
  if (eventsSubject !== null && !SUBJECT.test(eventsSubject)) {
    faults.push('LONGWIRE_EVENTS_SUBJECT must be a subject without wildcards, and not below lw.');
  }
  return faults;
}

export type ServiceConfig = ConfigOf<typeof serviceConfig>;
