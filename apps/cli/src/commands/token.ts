import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import type { Io } from '../io.ts';
import { plain } from '../output/plain.ts';
import { action } from '../run.ts';
import type { Run } from '../run.ts';

export interface ConnectOptions {
  readonly user?: string;
  readonly device?: string;
  readonly room?: string;
  readonly region?: string;
}

/** What `/v1/connect` answers. */
export interface Ticket {
  readonly token: string;
  readonly expiresAt: number;
  readonly heartbeatMs: number;
  readonly listVersion: number;
  readonly nodes: readonly {
    readonly nodeId: string;
    readonly region: string;
    readonly ws: string;
    readonly tcp: string;
  }[];
}

export function addToken(program: Command, io: Io): void {
  program
    .command('token')
    .summary('get a connect token and nodes')
    .description('Asks control for a token and the nodes to connect to, as a backend does for each of its clients.')
    .option('-u, --user <userId>', 'default: a guest')
    .option('-d, --device <deviceId>', 'default: one made up')
    .option('-r, --room <roomId>', 'the room it is going to')
    .option('--region <region>', 'where the client is')
    .action(
      action<ConnectOptions>(io, async (run, options) => {
        const ticket = await requestTicket(run, options);
        await run.say(ticket, () => {
          const until = new Date(ticket.expiresAt).toISOString();
          const nodes = ticket.nodes.map(({ nodeId, ws, tcp }) => `${plain(nodeId)}  ${plain(ws)}  ${plain(tcp)}`);
          return [`token    ${ticket.token}`, `expires  ${until}`, ...nodes.map((node) => `node     ${node}`)].join(
            '\n',
          );
        });
      }),
    );
}

/** A ticket for one client. */
export function requestTicket(run: Run, options: ConnectOptions): Promise<Ticket> {
  const body = {
    userId: options.user,
    deviceId: options.device ?? `cli-${randomUUID().slice(0, 8)}`,
    roomId: options.room,
    region: options.region,
    platform: 'cli',
  };
  return run.api('control').call<Ticket>('POST', '/v1/connect', { what: 'get a token', body });
}
