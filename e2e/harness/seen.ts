import type { Client, ClientState, Fault, Gap } from '@longwire/client';
import type { JsonObject } from '@longwire/wire';

/** What a client was handed and told, each in its order. */
export interface Seen {
  readonly said: readonly JsonObject[];
  readonly states: readonly ClientState[];
  readonly online: readonly { readonly roomId: string; readonly online: number }[];
  readonly gaps: readonly Gap[];
  readonly faults: readonly Fault[];
}

/** Writes down all of it from now on, as the script of the client page does. */
export function recordAll(client: Client): Seen {
  const said: JsonObject[] = [];
  const states: ClientState[] = [];
  const online: Seen['online'][number][] = [];
  const gaps: Gap[] = [];
  const faults: Fault[] = [];
  client.on('*', ({ payload }) => void said.push(payload));
  client.when('state', (state) => void states.push(state));
  client.when('online', (told) => void online.push(told));
  client.when('gap', (gap) => void gaps.push(gap));
  client.when('fault', (fault) => void faults.push(fault));
  return { said, states, online, gaps, faults };
}
