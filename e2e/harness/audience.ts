import type { Protover } from '@longwire/wire';
import { Viewer } from './viewer.ts';
import type { LineAddress } from './line.ts';
import type { Longwire } from './launch.ts';

export interface AudienceMember {
  readonly userId?: string;
  readonly deviceId: string;
  readonly roomId?: string;
  readonly protover?: Protover;
  /** Which node, from 0; default 0. */
  readonly node?: number;
  readonly over?: 'ws' | 'tcp';
  readonly acks?: boolean;
}

/** Where a node takes clients, by its place in the ready report. */
export function addressOf(longwire: Longwire, node: number, over: 'ws' | 'tcp'): LineAddress {
  const { ws, tcp } = longwire.report;
  const address = over === 'ws' ? ws[node] : tcp[node];
  if (address === undefined) throw new Error(`there is no access node ${node}`);
  return over === 'ws' ? { ws: address } : { tcp: address };
}

/** Gets a token and connects a viewer to the node and transport that the test wants. */
export async function enter(longwire: Longwire, member: AudienceMember): Promise<Viewer> {
  const { userId, deviceId, roomId, protover = 3, node = 0, over = 'ws', acks } = member;
  const { token } = await longwire.api.mustConnect({ deviceId, ...(userId === undefined ? {} : { userId }) });
  return Viewer.open({
    address: addressOf(longwire, node, over),
    token,
    protover,
    ...(roomId === undefined ? {} : { roomId }),
    ...(acks === undefined ? {} : { acks }),
  });
}

/** As {@link enter} for many, some at a time so that a small machine is not flooded. */
export async function enterAll(longwire: Longwire, members: readonly AudienceMember[]): Promise<readonly Viewer[]> {
  const viewers: Viewer[] = [];
  for (let index = 0; index < members.length; index += 25) {
    viewers.push(...(await Promise.all(members.slice(index, index + 25).map((member) => enter(longwire, member)))));
  }
  return viewers;
}
