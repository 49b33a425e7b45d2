import { fakeClock } from '@longwire/testkit';
import type { FakeClock } from '@longwire/testkit';
import { testDecoders } from './test-decoders.ts';
import { connect } from '../src/index.ts';
import type { Client, ClientEvents, ConnectOptions } from '../src/index.ts';
import { FakeCluster } from './fake-cluster.ts';

export interface Messages {
  readonly SAY: { readonly cmd: 'SAY'; readonly n: number };
  readonly INVITE: { readonly cmd: 'INVITE'; readonly from: string };
}

/** A client on a fake cluster and a clock that the test moves, with all it tells of itself. */
export interface TestClient {
  readonly client: Client<Messages>;
  readonly cluster: FakeCluster;
  readonly clock: FakeClock;
  /** The `n` of the SAY messages, in the order they came. */
  readonly said: number[];
  readonly events: { readonly [Name in keyof ClientEvents]: ClientEvents[Name][] };
  /** Moves time on, and lets everything settle. */
  readonly pass: (ms?: number) => Promise<void>;
}

export type TestClientOptions = Partial<ConnectOptions> & { readonly ticket?: () => unknown };

/** Connects to room `r`, unless told otherwise; random is 0.5 unless told otherwise. */
export async function startClient(options: TestClientOptions = {}, cluster = new FakeCluster()): Promise<TestClient> {
  const clock = fakeClock();
  const client = connect<Messages>({
    getToken: async () => options.ticket?.() ?? cluster.ticket(),
    rooms: ['r'],
    transport: cluster.transport,
    decoders: testDecoders,
    random: () => 0.5,
    clock,
    ...options,
  });
  const said: number[] = [];
  client.on('SAY', ({ payload }) => void said.push(payload.n));
  const events: TestClient['events'] = { state: [], online: [], gap: [], fault: [] };
  for (const name of Object.keys(events) as (keyof ClientEvents)[]) {
    client.when(name, (event) => void (events[name] as unknown[]).push(event));
  }
  const pass = (ms = 0): Promise<void> => clock.advanceAsync(ms);
  await pass();
  return { client, cluster, clock, said, events, pass };
}

/** Closes and checks that nothing is left: no timer, no open line. */
export async function stopClient({ client, cluster, clock, pass }: TestClient): Promise<void> {
  client.close();
  await client.closed;
  await pass();
  const left = { timers: clock.pendingTimers(), lines: cluster.lines.filter(({ isClosed }) => !isClosed).length };
  if (left.timers + left.lines > 0) throw new Error(`left behind: ${JSON.stringify(left)}`);
}
