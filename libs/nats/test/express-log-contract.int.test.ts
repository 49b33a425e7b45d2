import { describe } from 'node:test';
import type { ExpressLog, MessageReports } from '@longwire/domain';
import { createSilentLogger } from '@longwire/runtime';
import { describeExpressLogContract, describeMessageReportsContract } from '@longwire/testkit';
import type { ContractSubject } from '@longwire/testkit';
import { skipWithout, startNats } from '@longwire/testkit/servers';
import { openJetStreamExpressLog } from '../src/index.ts';

const skip = await skipWithout('nats-server');

describe('contract', { skip }, () => {
  /** A server of its own for each case: a stream is the same for all who open it. */
  async function open(maxEntries?: number): Promise<ContractSubject<ExpressLog & MessageReports>> {
    const server = await startNats();
    const url = server.url;
    const logger = createSilentLogger();
    const connect = () =>
      openJetStreamExpressLog({ url, name: 'contract', logger, ...(maxEntries === undefined ? {} : { maxEntries }) });
    const port = await connect();
    const peer = await connect();
    return {
      port,
      peer,
      elapse: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      close: async () => {
        await Promise.all([port.close(), peer.close()]);
        await server.stop();
      },
    };
  }

  describeExpressLogContract({ name: 'JetStream', open: ({ maxEntries }) => open(maxEntries) });
  describeMessageReportsContract({ name: 'JetStream', open: () => open() });
});
