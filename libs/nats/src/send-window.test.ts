import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settle } from '@longwire/testkit';
import { SendWindow } from './send-window.ts';

function openWindow(maxBytes: number) {
  const probes: ((hasArrived: boolean) => void)[] = [];
  const window = new SendWindow(maxBytes, () => new Promise((resolve) => probes.push(resolve)));
  return { window, probes };
}

test('what was written and not proven to be on the server never exceeds the bound', () => {
  const { window } = openWindow(1_000);
  let written = 0;
  while (window.hasRoom(90)) {
    window.add(90);
    written += 90;
  }
  assert.equal(written, 990);
  assert.equal(window.pendingBytes, 990);
});

test('a probe that comes back makes room for exactly what it covers', async () => {
  const { window, probes } = openWindow(1_000);
  window.add(250);
  window.add(100);
  assert.equal(probes.length, 1);
  probes[0]?.(true);
  await settle();
  assert.equal(window.pendingBytes, 100);
});

test('a trickle below a quarter of the window is settled when asked', async () => {
  const { window, probes } = openWindow(1_000);
  window.add(10);
  assert.equal(probes.length, 0);
  window.settle();
  window.settle();
  assert.equal(probes.length, 1);
  probes[0]?.(true);
  await settle();
  assert.equal(window.pendingBytes, 0);
});

test('one payload larger than the window passes an empty one', () => {
  const { window } = openWindow(100);
  assert.equal(window.hasRoom(5_000), true);
  window.add(5_000);
  assert.equal(window.hasRoom(1), false);
});
