import { adminPort, defineConfig, duration, flag, integer, port, sharedSettings } from '@longwire/runtime';
import type { ConfigOf } from '@longwire/runtime';

/** The settings of a control process. */
export const controlConfig = defineConfig({
  prefix: 'LONGWIRE_CONTROL',
  settings: {
    host: sharedSettings.host,
    portOffset: sharedSettings.portOffset,
    httpPort: port({ default: 7100, about: 'Port of the HTTP API.' }),
    grpcPort: port({ default: 7110, about: 'Port that access nodes report to, gRPC.' }),
    adminPort: adminPort(9001),
    redisUrl: sharedSettings.redisUrl,
    natsUrl: sharedSettings.natsUrl,
    apiKey: sharedSettings.apiKey,
    tokenKeys: sharedSettings.tokenKeys,
    tokenTtlMs: duration({
      default: '5m',
      min: '5s',
      max: '24h',
      about: 'How long a connect token may be used to authenticate.',
    }),
    heartbeatMs: sharedSettings.heartbeatMs,
    nodeLeaseMs: duration({
      default: '3s',
      min: '1s',
      max: '5m',
      about: 'An access node that has not reported for so long leaves the list.',
    }),
    listRefreshMs: duration({
      default: '250ms',
      min: '50ms',
      max: '1s',
      about: 'How often the list of nodes is read; a decision made at another replica acts that much later.',
    }),
    listMaxAgeMs: duration({
      default: '30s',
      min: '1s',
      max: '10m',
      about: 'How long the last list stays in use while the store is gone.',
    }),
    slowStartMs: duration({
      default: '30s',
      min: '0s',
      max: '10m',
      about: 'Over which time the share of a new node rises to its full size; 0s switches that off.',
    }),
    keyRate: integer({
      default: 5000,
      min: 0,
      max: 1_000_000,
      about: 'Connects a second for one API key, with bursts of two seconds; 0 is no limit.',
    }),
    addressRate: integer({
      default: 5000,
      min: 0,
      max: 1_000_000,
      about: 'Connects a second from one address, with bursts of two seconds; 0 is no limit.',
    }),
    connectRate: integer({
      default: 4000,
      min: 0,
      max: 1_000_000,
      about: 'Connects a second of all callers of this process, with bursts of two seconds; 0 is no limit.',
    }),
    behindProxy: flag({
      default: false,
      about:
        'Take the address of a caller from the last entry of X-Forwarded-For, which the proxy in front has written.',
    }),
    logLevel: sharedSettings.logLevel,
    logFormat: sharedSettings.logFormat,
    nodeId: sharedSettings.nodeId,
  },
  check: (config) =>
    config.listMaxAgeMs < 4 * config.listRefreshMs
      ? ['LONGWIRE_CONTROL_LIST_MAX_AGE must be at least four times LONGWIRE_CONTROL_LIST_REFRESH']
      : [],
});

export type ControlConfig = ConfigOf<typeof controlConfig>;
