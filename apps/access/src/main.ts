import { runApp } from '@longwire/runtime';
import { openAccessApp } from './app.ts';
import { accessConfig } from './config.ts';

await runApp({
  name: 'access',
  config: accessConfig,
  open: openAccessApp,
  drainWithinMs: ({ drainMs }) => drainMs,
});
