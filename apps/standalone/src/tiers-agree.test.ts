import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accessConfig } from '@longwire/access';
import { dispatchConfig } from '@longwire/dispatch';
import { loadConfig } from '@longwire/runtime';

const access = loadConfig(accessConfig, {});
const dispatch = loadConfig(dispatchConfig, {});

test('a client that resumes waits for longer than an owner that was killed takes to be replaced', () => {
  const { leaseTtlMs, leaseRenewMs, takeoverWaitMs } = dispatch;
  const takeoverMs = leaseTtlMs + leaseRenewMs + takeoverWaitMs;
  assert.ok(
    access.resumeWaitMs >= 1.25 * takeoverMs,
    `${access.resumeWaitMs} ms, of which the move takes ${takeoverMs}`,
  );
});

test('nodes remember which messages came for as long as an owner does: the next one asks them', () => {
  assert.ok(access.recentMs >= dispatch.recentMs);
});
