import { join } from 'node:path';
import { accessConfig } from '@longwire/access';
import { generateTokenKey, issueApiKey } from '@longwire/auth';
import { consoleConfig } from '@longwire/console';
import { controlConfig } from '@longwire/control';
import { dispatchConfig } from '@longwire/dispatch';
import { logicConfig } from '@longwire/logic';
import { adminPort, defineConfig, flag, sharedSettings, text } from '@longwire/runtime';
import type { ConfigOf } from '@longwire/runtime';
import { serviceConfig } from '@longwire/service';

/** The settings of standalone: its own few, and all of the tiers inside it under their own names. */
export const standaloneConfig = defineConfig({
  prefix: 'LONGWIRE_STANDALONE',
  settings: {
    host: sharedSettings.host,
    portOffset: sharedSettings.portOffset,
    adminPort: adminPort(9101),
    stateDir: sharedSettings.stateDir,
    apiKey: sharedSettings.apiKey,
    tokenKeys: sharedSettings.tokenKeys,
    logLevel: sharedSettings.logLevel,
    logFormat: sharedSettings.logFormat,
    nodeId: sharedSettings.nodeId,
    expressFile: text({
      default: null,
      about: 'SQLite file of the express log; by default express-log.sqlite in the state folder.',
    }),
    console: flag({ default: true, about: 'Whether the page and its example backend run too.' }),
  },
  parts: {
    control: controlConfig,
    logic: logicConfig,
    dispatch: dispatchConfig,
    service: serviceConfig,
    access: accessConfig,
    consoleApp: consoleConfig,
  },
  check: ({ service }) =>
    service.eventsSubject === null ? [] : ['LONGWIRE_EVENTS_SUBJECT needs NATS, which standalone does without'],
});

export type StandaloneConfig = ConfigOf<typeof standaloneConfig>;

/** The config with what a lone process may make up by itself: an API key and a token key, both gone when it ends. */
export function withSecrets(config: StandaloneConfig): StandaloneConfig & { readonly apiKey: string } {
  const apiKey = config.apiKey ?? issueApiKey().apiKey;
  const tokenKeys = config.tokenKeys.length > 0 ? config.tokenKeys : [generateTokenKey()];
  return {
    ...config,
    apiKey,
    tokenKeys,
    control: { ...config.control, apiKey, tokenKeys },
    service: { ...config.service, apiKey },
    access: { ...config.access, tokenKeys },
    consoleApp: { ...config.consoleApp, apiKey },
  };
}

/** Where the express log is. */
export function expressFileOf(config: StandaloneConfig): string {
  return config.expressFile ?? join(config.stateDir, 'express-log.sqlite');
}
