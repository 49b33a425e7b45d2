import { defineComponent } from '../component.ts';
import { composeComponents } from '../compose-components.ts';
import { choice, secret } from '../config/builders.ts';
import { port } from '../config/number-builders.ts';
import { defineConfig } from '../config/schema.ts';
import { createHttpComponent } from '../http/http-component.ts';
import { createHttpServer } from '../http/http-server.ts';
import { runApp } from './run-app.ts';

/** A process for the tests of runApp: one HTTP door and one part that misbehaves as it is told. */
const config = defineConfig({
  prefix: 'LONGWIRE_TEST',
  settings: {
    doorPort: port({ default: 0, about: 'Port of the door.' }),
    key: secret({ default: null, about: 'Something not to be shown.' }),
    misbehaviour: choice({
      values: ['none', 'fails-open', 'hangs-start', 'hangs-drain', 'fails-stop', 'leaks', 'breaks'],
      default: 'none',
      about: 'What goes wrong.',
    }),
  },
});

function tell(message: object): void {
  if (process.connected) process.send?.(message);
}

await runApp({
  name: 'demo',
  config,
  drainWithinMs: () => 500,
  stopWithinMs: 1_000,
  open: async ({ doorPort, misbehaviour }, { logger, metrics, health }) => {
    if (misbehaviour === 'fails-open') throw new Error('NATS at nats://me:hunter2@127.0.0.1:1 does not answer');
    const options = { name: 'demo', bodyLimitBytes: 100, title: 'Demo', version: '1' };
    const server = createHttpServer({ ...options, logger, metrics });
    const door = createHttpComponent(server, { name: 'door', host: '127.0.0.1', port: doorPort });
    health.register('store', () => true);
    const part = defineComponent({
      name: 'part',
      start: async (signal) => {
        if (misbehaviour === 'leaks') setInterval(() => {}, 1_000);
        if (misbehaviour === 'breaks')
          setImmediate(() => {
            throw new Error('nobody caught this');
          });
        if (misbehaviour !== 'hangs-start') return;
        tell({ type: 'hanging' });
        await new Promise((_resolve, reject) =>
          signal.addEventListener('abort', () => reject(new Error('called off'))),
        );
      },
      drain: async () => {
        tell({ type: 'draining', ready: health.isReady().ready });
        if (misbehaviour === 'hangs-drain') await new Promise(() => {});
      },
      stop: async () => {
        tell({ type: 'stopping' });
        if (misbehaviour === 'fails-stop') throw new Error('stuck');
      },
    });
    const whole = composeComponents('demo', [door, part], { logger });
    return { ...whole, describe: () => ({ door: door.address().url }) };
  },
});
