import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { findEndpoint } from './endpoint.ts';

const folder = mkdtempSync(join(tmpdir(), 'longwire-cli-'));
after(() => rmSync(folder, { recursive: true }));
const deep = join(folder, 'a/b/c');
const ready = { control: 'http://c:1', service: 'http://s:2', apiKey: 'of ready' };
mkdirSync(deep, { recursive: true });
mkdirSync(join(folder, '.longwire'));
writeFileSync(join(folder, '.longwire/ready.json'), JSON.stringify(ready));
mkdirSync(join(folder, 'other'));
writeFileSync(join(folder, 'other/ready.json'), JSON.stringify({ ...ready, control: 'http://other:1' }));
writeFileSync(join(folder, 'key'), 'of the file\n');

test('the nearest .longwire/ready.json upwards has address and key', () => {
  const { url, apiKey, urlFrom } = findEndpoint('control', {}, deep);
  assert.deepEqual([url, apiKey, urlFrom], ['http://c:1', 'of ready', join(folder, '.longwire/ready.json')]);
  assert.equal(findEndpoint('service', {}, deep).url, 'http://s:2');
});

test('--state-dir names another one', () => {
  assert.equal(findEndpoint('control', { stateDir: '../other' }, join(folder, 'a')).url, 'http://other:1');
});

test('options go before it, a key file before a key', () => {
  const options = { control: 'https://x/', apiKey: 'k', apiKeyFile: '../key' };
  const { url, apiKey } = findEndpoint('control', options, join(folder, 'a'));
  assert.deepEqual([url, apiKey], ['https://x', 'of the file']);
  assert.equal(findEndpoint('control', { apiKey: 'k' }, folder).apiKey, 'k');
});

test('the key of ready.json is not sent to an address that is not of ready.json', () => {
  assert.throws(
    () => findEndpoint('control', { control: 'http://elsewhere' }, folder),
    /there is no API key for control/,
  );
});

test('without any of it the default ports are tried, with a key that was given', () => {
  assert.equal(findEndpoint('service', { apiKey: 'k' }, '/nowhere').url, 'http://127.0.0.1:7200');
  assert.throws(() => findEndpoint('service', {}, '/nowhere'), /there is no API key/);
});

test('a ready.json that is damaged is named', () => {
  writeFileSync(join(folder, 'other/ready.json'), '{"control":1}');
  assert.throws(() => findEndpoint('control', { stateDir: 'other' }, folder), /other\/ready\.json has no "control"/);
  writeFileSync(join(folder, 'other/ready.json'), '{');
  assert.throws(() => findEndpoint('control', { stateDir: 'other' }, folder), /other\/ready\.json cannot be read/);
});
