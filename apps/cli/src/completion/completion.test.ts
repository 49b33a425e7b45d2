import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { runWith } from '../../test/cli-fixture.ts';

async function scriptOf(shell: string): Promise<string> {
  const { code, out } = await runWith(['completion', shell]);
  assert.equal(code, 0);
  return out;
}

const hasBash = spawnSync('bash', ['--version']).status === 0;

test(
  'bash completes commands, sub-commands, options and choices',
  { skip: !hasBash && 'there is no bash' },
  async () => {
    const script = await scriptOf('bash');
    const complete = (...words: readonly string[]): readonly string[] => {
      const line = `COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _longwire; echo "\${COMPREPLY[@]}"`;
      const { stdout, stderr } = spawnSync('bash', ['-c', `${script}\n${line}`, 'bash', 'longwire', ...words]);
      assert.equal(stderr.toString(), '');
      return stdout.toString().trim().split(' ');
    };
    assert.deepEqual(complete('pu'), ['push']);
    assert.deepEqual(complete('users', 'k'), ['kick']);
    assert.deepEqual(complete('--control', 'http://x', 'keys', 're'), ['revoke']);
    assert.deepEqual(complete('push', '--lane', ''), ['bulk', 'express']);
    assert.deepEqual(complete('keys', 'create', 'x', '--scope', 'push:u'), ['push:user']);
    assert.deepEqual(complete('completion', 'z'), ['zsh']);
    assert.ok(complete('nodes', '-').includes('--json'));
  },
);

for (const shell of ['zsh', 'fish']) {
  const isThere = spawnSync(shell, ['--version']).status === 0;
  test(`${shell} reads its script without a complaint`, { skip: !isThere && `there is no ${shell}` }, async () => {
    const { status, stderr } = spawnSync(shell, ['-n'], { input: await scriptOf(shell) });
    assert.deepEqual([status, stderr.toString()], [0, '']);
  });

  test(`the script for ${shell} knows every command and what it does`, async () => {
    const script = await scriptOf(shell);
    for (const words of ['push a message', 'follow a room live', 'close a user', 'revoke an API key'])
      assert.ok(script.includes(words), words);
  });
}
