import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cpuMsOf, mainThreadCpuMsOf, parsePsTime, rssBytesOf } from './process-usage.ts';
import { startMeter, withoutIdle } from './usage-meter.ts';

test('a process that works uses CPU, and the meter sees it', () => {
  const meter = startMeter({ own: process.pid });
  const before = cpuMsOf(process.pid);
  const until = performance.now() + 60;
  while (performance.now() < until);
  assert.ok(cpuMsOf(process.pid) > before);
  const { cpuMs, totalCpuMs, spanMs } = meter.stop();
  assert.ok(mainThreadCpuMsOf(process.pid) <= cpuMsOf(process.pid));
  assert.equal(cpuMs['own'], totalCpuMs);
  assert.ok(spanMs >= 60);
  assert.ok(rssBytesOf(process.pid) > 10 << 20);
});

test('what was used while idle is taken off by its rate, and never below nothing', () => {
  const usage = { spanMs: 2000, cpuMs: { a: 100 }, totalCpuMs: 100 };
  const idle = (ms: number) => ({ spanMs: 1000, cpuMs: { a: ms }, totalCpuMs: ms });
  assert.equal(withoutIdle(usage, [idle(10)], 'a'), 80);
  assert.equal(withoutIdle(usage, [idle(40), idle(10)], 'a'), 80, 'the calmest counts');
  assert.equal(withoutIdle(usage, [idle(90)], 'a'), 0);
});

test('the times of ps are read in all their forms', () => {
  assert.deepEqual(['0:01.50', '12:00', '1:00:00', '2-01:00:00'].map(parsePsTime), [1.5, 720, 3600, 176_400]);
});
