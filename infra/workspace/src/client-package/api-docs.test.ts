import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { describeApi } from './api-docs.ts';
import { clientFolder } from './folders.ts';

test('libs/client/API.md is what the docstrings say; `npx nx run client:docs` writes it', async () => {
  const expected = await describeApi();
  for (const name of ['connect', 'ConnectOptions', 'tcpTransport', 'JsonObject'])
    assert.match(expected, new RegExp(`### ${name}\n`));
  assert.equal(readFileSync(`${clientFolder}/API.md`, 'utf8'), expected);
});
