import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CliFixture, problem } from '../../test/cli-fixture.ts';

const enter = (eventId: string): string =>
  `data: ${JSON.stringify({ type: 'room.enter', eventId, roomId: '1', userId: '0', deviceId: 'd', at: 1 })}\n\n`;

test('goes on after the last event when the stream ends, until it is interrupted', async () => {
  const resumed: (string | undefined)[] = [];
  await using fixture = await CliFixture.open({
    'GET /v1/events': (response, request) => {
      resumed.push(request.headers['last-event-id'] as string | undefined);
      const isFirst = resumed.length === 1;
      response.write(`: ready\n\nid: ${isFirst ? '5-0' : '6-0'}\n${enter(isFirst ? 'e1' : 'e2')}`);
      if (isFirst) response.end('event: gap\ndata: {"type":"gap"}\n\n');
    },
  });
  const stop = new AbortController();
  const onOut = (out: string): void => (out.includes('e2') ? stop.abort() : undefined);
  const { code, out } = await fixture.run(['events', '-t', 'room.enter', '--json'], { signal: stop.signal, onOut });
  assert.equal(code, 0);
  assert.deepEqual(resumed, [undefined, '5-0']);
  assert.equal(fixture.asked[0]?.path, '/v1/events?types=room.enter');
  const lines = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  assert.deepEqual(
    lines.map(({ id, type, eventId }) => [id, type, eventId]),
    [
      ['5-0', 'room.enter', 'e1'],
      [undefined, 'gap', undefined],
      ['6-0', 'room.enter', 'e2'],
    ],
  );
});

test('a refusal is an error at once', async () => {
  await using fixture = await CliFixture.open({
    'GET /v1/events': problem(403, { code: 'scope-missing', detail: 'no events' }),
  });
  const { code, err } = await fixture.run(['events']);
  assert.equal(code, 1);
  assert.match(err, /follow the events: no events \(403 scope-missing\)/);
});
