import { connect } from '@longwire/client';
import type { Client, ClientEvents, ConnectOptions } from '@longwire/client';
import { eventually } from '@longwire/testkit';
import type { JsonObject } from '@longwire/wire';
import type { ConnectAnswer } from './api.ts';
import type { Longwire } from './launch.ts';

/** A client of the library under test, with all it was given and told. */
export interface ClientViewer {
  readonly client: Client;
  readonly events: { readonly [Name in keyof ClientEvents]: ClientEvents[Name][] };
  /** The payloads with this `cmd`, in the order handed on. */
  received(cmd: string): readonly JsonObject[];
  until(what: string, check: () => boolean, timeoutMs?: number): Promise<unknown>;
}

export interface ClientViewerOptions {
  readonly userId: string;
  readonly rooms?: readonly string[];
  /** Changes the ticket before the client gets it. */
  readonly ticket?: (answer: ConnectAnswer) => object;
  readonly options?: Partial<ConnectOptions>;
}

/** Connects a client of the library and waits until it is live. */
export async function enterWithClient(longwire: Longwire, viewer: ClientViewerOptions): Promise<ClientViewer> {
  const { userId, rooms = [], ticket = (answer) => answer, options } = viewer;
  const client = connect({
    getToken: async () =>
      ticket({ ...(await longwire.api.mustConnect({ userId, deviceId: userId })), heartbeatMs: 1_000 }),
    rooms,
    platform: 'test',
    ...options,
  });
  const payloads: JsonObject[] = [];
  client.on('*', ({ payload }) => void payloads.push(payload));
  const events: ClientViewer['events'] = { state: [], online: [], gap: [], fault: [] };
  for (const name of Object.keys(events) as (keyof ClientEvents)[]) {
    client.when(name, (event) => void (events[name] as unknown[]).push(event));
  }
  const until: ClientViewer['until'] = (what, check, timeoutMs = 15_000) => eventually(check, { what, timeoutMs });
  await until('live', () => events.online.length > 0 || (rooms.length === 0 && client.state.kind === 'live'));
  return { client, events, until, received: (cmd) => payloads.filter((payload) => payload['cmd'] === cmd) };
}
