import { runApp } from '@longwire/runtime';
import { openDispatchApp } from './app.ts';
import { dispatchConfig } from './config.ts';

await runApp({ name: 'dispatch', config: dispatchConfig, open: openDispatchApp });
