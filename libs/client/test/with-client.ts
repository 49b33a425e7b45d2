import { FakeCluster } from './fake-cluster.ts';
import { startClient, stopClient } from './test-client.ts';
import type { TestClient, TestClientOptions } from './test-client.ts';

/** Runs a test on a client and checks that closing it leaves nothing behind. */
export async function withClient(
  body: (started: TestClient) => Promise<void>,
  options: TestClientOptions = {},
  cluster = new FakeCluster(),
): Promise<void> {
  const started = await startClient(options, cluster);
  try {
    await body(started);
  } finally {
    await stopClient(started);
  }
}

/** Says these numbers in room `r`. */
export function push(cluster: FakeCluster, ...numbers: readonly number[]): void {
  for (const n of numbers) cluster.pushToRoom('r', { n });
}
