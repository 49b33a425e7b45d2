import { createSilentLogger } from '@longwire/runtime';
import { FakeLogicApi } from '@longwire/testkit';
import { serveLogic } from '../src/index.ts';

/** A logic process of its own, for tests that stop or kill one: serves a fake and sends its address to its parent. */
const server = await serveLogic({
  host: '127.0.0.1',
  port: Number(process.argv[2] ?? 0),
  logic: new FakeLogicApi(),
  logger: createSilentLogger(),
});
process.send?.(server.address);
process.on('disconnect', () => process.exit(0));
