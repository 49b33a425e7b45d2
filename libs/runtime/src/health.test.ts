import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHealth } from './health.ts';

test('a process is ready only between its start and its stop', () => {
  const health = createHealth();
  assert.deepEqual(health.isReady(), { ready: false, reasons: ['process: starting'] });
  health.setStarted();
  assert.deepEqual(health.isReady(), { ready: true, reasons: [] });
  health.setStopping();
  health.setStarted();
  assert.deepEqual(health.isReady(), { ready: false, reasons: ['process: stopping'] });
});

test('every check that does not hold is a reason, and readiness comes back by itself', () => {
  const health = createHealth();
  health.setStarted();
  let isConnected = false;
  health.register('nats', () => isConnected || 'not connected');
  health.register('redis', () => true);
  assert.deepEqual(health.isReady(), { ready: false, reasons: ['nats: not connected'] });
  isConnected = true;
  assert.equal(health.isReady().ready, true);
});

test('a check that throws is a reason', () => {
  const health = createHealth();
  health.setStarted();
  health.register('nats', () => {
    throw new Error('no client');
  });
  assert.deepEqual(health.isReady().reasons, ['nats: the check failed (no client)']);
});

test('a check can be taken back, and its name taken again', () => {
  const health = createHealth();
  health.setStarted();
  const takeBack = health.register('nats', () => 'gone');
  assert.throws(() => health.register('nats', () => true), /twice/);
  takeBack();
  health.register('nats', () => true);
  takeBack();
  assert.equal(health.isReady().ready, true);
});
