import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fakeClock } from '@longwire/testkit';
import { createLogger, createSilentLogger } from './logger.ts';
import { rateLimited } from './rate-limited.ts';

function recordingLogger() {
  const lines: Record<string, unknown>[] = [];
  const destination = { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) };
  return { lines, logger: createLogger({ name: 'access-1', level: 'debug', destination }) };
}

test('a line carries level, time, node, event and fields, and those of its child', () => {
  const { lines, logger } = recordingLogger();
  logger.child({ component: 'door' }).info({ port: 7 }, 'door-opened');
  const { time, ...rest } = lines[0] ?? {};
  assert.deepEqual(rest, { level: 'info', node: 'access-1', component: 'door', port: 7, msg: 'door-opened' });
  assert.match(String(time), /^\d{4}-\d\d-\d\dT.*Z$/);
});

test('tokens, API keys and payloads that slip into fields are blanked', () => {
  const { lines, logger } = recordingLogger();
  logger.info({ token: 'abc', request: { apiKey: 'def', payload: { a: 1 } } }, 'slip');
  assert.doesNotMatch(JSON.stringify(lines), /abc|def|"a":1/);
});

test('an error is written with its message and stack', () => {
  const { lines, logger } = recordingLogger();
  logger.error({ err: new Error('broken pipe') }, 'write-failed');
  assert.match(JSON.stringify(lines[0]?.['err']), /broken pipe.*stack/);
});

test('what is below the level is not written', () => {
  const { lines, logger } = recordingLogger();
  logger.trace('too-fine');
  assert.equal(logger.isLevelEnabled('trace'), false);
  assert.deepEqual(lines, []);
});

test('a repeated event is written once per period, with the number of those left out', () => {
  const { lines, logger } = recordingLogger();
  const clock = fakeClock();
  const limited = rateLimited(logger, clock, 10_000);
  for (let i = 0; i < 5; i += 1) limited.warn({ i }, 'store-gone');
  limited.warn('bus-gone');
  clock.advance(10_000);
  limited.warn({ i: 5 }, 'store-gone');
  assert.deepEqual(
    lines.map(({ msg, i, suppressed }) => ({ msg, i, suppressed })),
    [
      { msg: 'store-gone', i: 0, suppressed: undefined },
      { msg: 'bus-gone', i: undefined, suppressed: undefined },
      { msg: 'store-gone', i: 5, suppressed: 4 },
    ],
  );
});

test('the same event at another level is limited by itself, and fatal is never limited', () => {
  const { lines, logger } = recordingLogger();
  const limited = rateLimited(logger, fakeClock(), 10_000).child({ component: 'x' });
  limited.warn('gone');
  limited.error('gone');
  limited.fatal('gone');
  limited.fatal({ code: 1 }, 'gone');
  assert.equal(lines.length, 4);
  assert(lines.every(({ component }) => component === 'x'));
});

test('the silent logger writes nothing', () => {
  assert.equal(createSilentLogger().isLevelEnabled('error'), false);
});
