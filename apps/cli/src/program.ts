import { Command, Option } from 'commander';
import { addCompletion } from './commands/completion.ts';
import { addEvents } from './commands/events.ts';
import { addKeys } from './commands/keys.ts';
import { addNodeActions } from './commands/node-actions.ts';
import { addNodes } from './commands/nodes.ts';
import { addPush } from './commands/push.ts';
import { addRooms } from './commands/rooms.ts';
import { addStatus } from './commands/status.ts';
import { addToken } from './commands/token.ts';
import { addTrace } from './commands/trace.ts';
import { addUsers } from './commands/users.ts';
import { addWatch } from './commands/watch.ts';
import type { Io } from './io.ts';

const AFTER_HELP = `
Where Longwire is and the key to it come from options, else the environment, else the nearest .longwire/ready.json upwards,
which "npm start" and "npm run cluster" write. Exit codes: 0 done, 1 failed, 2 makes no sense as typed, 130 interrupted.`;

/** The tree of commands. */
export function createProgram(io: Io): Command {
  const program = new Command('longwire')
    .description('Push, watch and operate a Longwire.')
    .addOption(new Option('--control <url>', 'address of control').env('LONGWIRE_CLI_CONTROL_URL'))
    .addOption(new Option('--service <url>', 'address of service').env('LONGWIRE_CLI_SERVICE_URL'))
    .addOption(
      new Option('--api-key-file <file>', 'file with the API key, - for stdin').env('LONGWIRE_CLI_API_KEY_FILE'),
    )
    .addOption(new Option('--api-key <key>', 'the API key; others here may see it, so rather').env('LONGWIRE_API_KEY'))
    .addOption(new Option('--state-dir <folder>', 'folder of ready.json').env('LONGWIRE_STATE_DIR'))
    .option('--json', 'one line of JSON, or one for each event; errors too')
    .option('-y, --yes', 'do not ask')
    .addHelpText('after', AFTER_HELP)
    .configureHelp({ showGlobalOptions: true });
  for (const add of [addPush, addWatch, addStatus, addTrace, addNodes, addNodeActions, addRooms, addUsers, addKeys]) {
    add(program, io);
  }
  for (const add of [addToken, addEvents, addCompletion]) add(program, io);
  return program;
}
