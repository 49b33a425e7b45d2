import { adminPort, defineConfig, duration, flag, port, sharedSettings, text } from '@longwire/runtime';
import type { ConfigOf } from '@longwire/runtime';

const CONTROL_PORT = 7100;
const SERVICE_PORT = 7200;

/** The settings of the console. */
export const consoleConfig = defineConfig({
  prefix: 'LONGWIRE_CONSOLE',
  settings: {
    host: sharedSettings.host,
    portOffset: sharedSettings.portOffset,
    port: port({ default: 7000, about: 'Port of the page and of its business backend.' }),
    adminPort: adminPort(9041),
    apiKey: sharedSettings.apiKey,
    controlUrl: text({
      default: null,
      about: `HTTP API of control; without it http://127.0.0.1:${CONTROL_PORT}, the port offset added.`,
    }),
    serviceUrl: text({
      default: null,
      about: `HTTP API of service; without it http://127.0.0.1:${SERVICE_PORT}, the port offset added.`,
    }),
    operatorIdleMs: duration({
      default: '30m',
      min: '1s',
      max: '1d',
      about: 'An operator who calls nothing for this long is signed out.',
    }),
    operatorMaxAgeMs: duration({
      default: '12h',
      min: '1s',
      max: '7d',
      about: 'An operator is signed out this long after signing in, however busy.',
    }),
    secureCookie: flag({
      default: false,
      about: 'Whether browsers send the cookie of an operator over https only; for a console behind TLS.',
    }),
    logLevel: sharedSettings.logLevel,
    logFormat: sharedSettings.logFormat,
    nodeId: sharedSettings.nodeId,
  },
  check: ({ controlUrl, serviceUrl }) => [
    ...checkUrl('LONGWIRE_CONSOLE_CONTROL_URL', controlUrl),
    ...checkUrl('LONGWIRE_CONSOLE_SERVICE_URL', serviceUrl),
  ],
});

export type ConsoleConfig = ConfigOf<typeof consoleConfig>;

/** Where the two APIs are that the console calls. */
export function upstreamsOf({ controlUrl, serviceUrl, portOffset }: ConsoleConfig) {
  return {
    controlUrl: controlUrl ?? `http://127.0.0.1:${CONTROL_PORT + portOffset}`,
    serviceUrl: serviceUrl ?? `http://127.0.0.1:${SERVICE_PORT + portOffset}`,
  };
}

function checkUrl(name: string, value: string | null): readonly string[] {
  if (value === null || /^https?:$/.test(URL.parse(value)?.protocol ?? '')) return [];
  return [`${name} must be an http or https URL`];
}
