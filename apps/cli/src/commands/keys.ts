import type { Command } from 'commander';
import type { KeyView } from '@longwire/domain';
import { SCOPES } from '@longwire/domain';
import { segment } from '../http/api.ts';
import type { Io } from '../io.ts';
import { listOption } from '../options.ts';
import { day } from '../output/numbers.ts';
import { plain } from '../output/plain.ts';
import { tableOf } from '../output/table.ts';
import { action } from '../run.ts';

interface CreateOptions {
  readonly scope: readonly string[];
  readonly zone?: readonly string[];
}

const PATH = '/v1/admin/keys';

export function addKeys(program: Command, io: Io): void {
  const keys = program
    .command('keys')
    .summary('list, create and revoke API keys')
    .description('API keys; all of this needs a key with the scope admin.');
  keys
    .command('list', { isDefault: true })
    .summary('all API keys')
    .description('Lists all API keys but their secret part. The bootstrap key is not among them.')
    .action(
      action(io, async (run) => {
        const answer = await run.api('service').get<{ readonly keys: readonly KeyView[] }>(PATH, 'list the API keys');
        await run.say(answer, () => describe(answer.keys));
      }),
    );
  keys
    .command('create')
    .summary('make an API key')
    .description('Makes an API key and prints it: it is shown this once.')
    .argument('<name>', 'what it is for')
    .addOption(listOption('-s, --scope <scope>', 'what it may do', SCOPES).makeOptionMandatory())
    .addOption(listOption('-z, --zone <zoneId>', 'the zones it is limited to, default all'))
    .action(
      action<CreateOptions>(io, async (run, { scope, zone }, name = '') => {
        const options = { what: `create the API key ${name}`, body: { name, scopes: scope, zones: zone } };
        const created = await run.api('service').call<KeyView & { readonly apiKey: string }>('POST', PATH, options);
        await run.note(`${created.keyId} (${created.scopes.join(', ')}); the key is shown this once:`);
        await run.say(created, () => created.apiKey);
      }),
    );
  keys
    .command('revoke')
    .summary('revoke an API key')
    .description('Revokes an API key; it works for up to a second longer.')
    .argument('<keyId>', 'as "longwire keys list" shows it')
    .action(
      action(io, async (run, _options, keyId = '') => {
        await run.confirm(`Revoke ${keyId}?`);
        await run.api('service').call('DELETE', `${PATH}/${segment(keyId)}`, { what: `revoke the API key ${keyId}` });
        await run.say({ keyId, revoked: true }, () => `${keyId} is revoked`);
      }),
    );
}

function describe(keys: readonly KeyView[]): string {
  if (keys.length === 0) return 'there is no API key but the bootstrap key';
  const head = [{ name: 'key' }, { name: 'name' }, { name: 'scopes' }, { name: 'zones' }, { name: 'created' }];
  const rows = keys.map(({ keyId, name, scopes, zones, createdAt }) => [
    plain(keyId),
    plain(name),
    scopes.join(' '),
    zones?.join(' ') ?? 'all',
    day(createdAt),
  ]);
  return tableOf(head, rows);
}
