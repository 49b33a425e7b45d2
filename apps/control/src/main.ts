import { runApp } from '@longwire/runtime';
import { openControlApp } from './app.ts';
import { controlConfig } from './config.ts';

await runApp({ name: 'control', config: controlConfig, open: openControlApp });
