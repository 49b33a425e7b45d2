import { createSilentLogger } from '@longwire/runtime';
import { describeControlApiContract, describeLogicApiContract } from '@longwire/testkit';
import { openControlClient, openLogicClient, serveControl, serveLogic } from './index.ts';

const logger = createSilentLogger();
const here = { host: '127.0.0.1', port: 0 } as const;

describeLogicApiContract({
  name: 'the API itself',
  open: async (behind) => ({ port: behind, peer: behind, elapse, close: async () => undefined }),
});

describeLogicApiContract({
  name: 'gRPC',
  async open(behind) {
    const server = await serveLogic({ ...here, logic: behind, logger });
    const port = openLogicClient({ addresses: [server.address], logger });
    const close = async (): Promise<void> => {
      port.close();
      await server.close();
    };
    return { port, peer: port, elapse, close };
  },
});

describeControlApiContract({
  name: 'the API itself',
  open: async (behind) => ({ port: behind, peer: behind, elapse, close: async () => undefined }),
});

describeControlApiContract({
  name: 'gRPC',
  async open(behind) {
    const server = await serveControl({ ...here, control: behind });
    const port = openControlClient({ addresses: [server.address], logger });
    const close = async (): Promise<void> => {
      port.close();
      await server.close();
    };
    return { port, peer: port, elapse, close };
  },
});

function elapse(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
