import { runApp } from '@longwire/runtime';
import { openServiceApp } from './app.ts';
import { serviceConfig } from './config.ts';

await runApp({ name: 'service', config: serviceConfig, open: openServiceApp });
