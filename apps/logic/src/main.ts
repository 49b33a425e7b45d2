import { runApp } from '@longwire/runtime';
import { openLogicApp } from './app.ts';
import { logicConfig } from './config.ts';

await runApp({ name: 'logic', config: logicConfig, open: openLogicApp });
