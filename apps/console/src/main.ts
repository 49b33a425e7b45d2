import { runApp } from '@longwire/runtime';
import { createConsoleApp } from './app.ts';
import { consoleConfig } from './config.ts';

await runApp({
  name: 'console',
  config: consoleConfig,
  open: async (config, base) => createConsoleApp(config, base),
});
