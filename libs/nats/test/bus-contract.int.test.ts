import { after, describe } from 'node:test';
import { createSilentLogger } from '@longwire/runtime';
import { describeBusContract } from '@longwire/testkit';
import { skipWithout, startNats } from '@longwire/testkit/servers';
import { openNatsBus } from '../src/index.ts';

const skip = await skipWithout('nats-server');

describe('contract', { skip }, () => {
  const starting = skip === false ? startNats({ jetstream: false }) : undefined;
  after(async () => (await starting)?.stop());

  describeBusContract({
    name: 'NATS',
    async open() {
      const server = await starting;
      const open = () =>
        openNatsBus({ url: server?.url ?? '', lane: 'bulk', name: 'contract', logger: createSilentLogger() });
      const [port, peer] = await Promise.all([open(), open()]);
      return {
        port,
        peer,
        elapse: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
        close: async () => void (await Promise.all([port.close(), peer.close()])),
      };
    },
  });
});
