import type { Command } from 'commander';
import type { PresenceView } from '@longwire/domain';
import { segment } from '../http/api.ts';
import type { Io } from '../io.ts';
import { plain } from '../output/plain.ts';
import { tableOf } from '../output/table.ts';
import { action } from '../run.ts';

export function addUsers(program: Command, io: Io): void {
  const users = program
    .command('users')
    .summary('where a user is; kick a user')
    .description('Looks one user up by id. There is no list of all users.');
  users
    .command('presence', { isDefault: true })
    .summary('where a user is')
    .description("Tells a user's connections, the nodes they are on and the rooms they are in.")
    .argument('<userId>')
    .action(
      action(io, async (run, _options, userId = '') => {
        const path = `/v1/users/${segment(userId)}/presence`;
        const presence = await run.api('service').get<PresenceView>(path, `look up user ${userId}`);
        await run.say({ userId, ...presence }, () => describe(userId, presence));
      }),
    );
  users
    .command('kick')
    .summary("close a user's connections")
    .description("Closes all of a user's connections; a well-behaved client does not come back by itself.")
    .argument('<userId>')
    .option('--reason <reason>', 'told to the client')
    .action(
      action<{ readonly reason?: string }>(io, async (run, { reason }, userId = '') => {
        const path = `/v1/users/${segment(userId)}/kick`;
        const options = { what: `kick user ${userId}`, body: { reason } };
        const kicked = await run.api('service').call<{ readonly connections: number }>('POST', path, options);
        await run.say({ userId, ...kicked }, () => `user ${userId}: ${kicked.connections} connections closed`);
      }),
    );
}

function describe(userId: string, { online, connections }: PresenceView): string {
  if (!online) return `user ${userId} is not online`;
  const head = [{ name: 'device' }, { name: 'node' }, { name: 'rooms' }, { name: 'connection' }];
  const rows = connections.map(({ deviceId, nodeId, rooms, connectionId }) =>
    [deviceId, nodeId, rooms.join(' ') || '-', connectionId].map(plain),
  );
  return tableOf(head, rows);
}
