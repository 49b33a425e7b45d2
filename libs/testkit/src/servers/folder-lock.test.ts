import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { withFolderLock } from './folder-lock.ts';

const folder = mkdtempSync(join(tmpdir(), 'longwire-lock-'));
after(() => rmSync(folder, { recursive: true }));

test('one holder at a time', async () => {
  const path = join(folder, 'shared');
  let holders = 0;
  const work = async () => {
    holders += 1;
    assert.equal(holders, 1);
    await new Promise(setImmediate);
    holders -= 1;
  };
  await Promise.all([withFolderLock(path, work), withFolderLock(path, work), withFolderLock(path, work)]);
});

test('the lock is free again after the work threw', async () => {
  const path = join(folder, 'thrown');
  await assert.rejects(
    withFolderLock(path, () => Promise.reject(new Error('no'))),
    /no/,
  );
  assert.equal(await withFolderLock(path, async () => 'mine'), 'mine');
});

test('the lock of a process that died is taken over', async () => {
  const path = join(folder, 'dead');
  mkdirSync(path);
  writeFileSync(join(path, 'pid'), String(spawnSync(process.execPath, ['-v']).pid));
  assert.equal(await withFolderLock(path, async () => 'mine'), 'mine');
});
