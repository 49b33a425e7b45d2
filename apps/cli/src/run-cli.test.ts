import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CliFixture, problem, runWith } from '../test/cli-fixture.ts';

const UNKNOWN_NODE = problem(404, {
  code: 'unknown-node',
  title: 'The node is not known',
  detail: 'There is no access node a',
});

describe('exit codes', () => {
  test('help that was asked for is 0 and goes to stdout', async () => {
    for (const args of [['--help'], ['push', '--help'], ['users', 'kick', '--help']]) {
      const { code, out, err } = await runWith(args);
      assert.deepEqual([code, err], [0, '']);
      assert.match(out, /Usage: longwire/);
    }
  });

  for (const [what, args, words] of [
    ['an unknown command', ['pusch'], /unknown command 'pusch'.*push/s],
    ['an unknown option', ['nodes', '--wach'], /unknown option '--wach'/],
    ['a missing argument', ['drain'], /missing required argument 'node'/],
    ['one argument too many', ['eject', 'a', 'b'], /too many arguments/],
    ['a push without a target', ['push', 'hi'], /a push needs a target/],
    ['a push with two targets', ['push', 'hi', '--room', '1', '--all'], /a push has one target/],
    ['a ttl that is no duration', ['push', 'hi', '--user', '1', '--ttl', '10'], /a duration such as/],
    ['a lane that is none', ['push', 'hi', '--room', '1', '--lane', 'fast'], /Allowed choices are bulk, express/],
    ['a weight above 100', ['weight', 'a', '101'], /a number from 0 to 100/],
    ['a limit of 0', ['rooms', '-n', '0'], /a whole number from 1 to 200/],
    ['a scope that is none', ['keys', 'create', 'x', '--scope', 'fly'], /Allowed choices are connect/],
    ['an empty value in a list', ['push', 'hi', '--user', '1,'], /A value is empty/],
    ['a shell that is none', ['completion', 'tcsh'], /Allowed choices are bash, zsh, fish/],
    ['no key', ['nodes'], /there is no API key for control\n.*LONGWIRE_API_KEY/],
    ['a key file that is not there', ['nodes', '--api-key-file', 'none'], /--api-key-file none cannot be read/],
    ['an address that is none', ['nodes', '--control', 'here', '--api-key', 'k'], /must be an http or https address/],
  ] as const) {
    test(`${what} is 2, on stderr`, async () => {
      const { code, out, err } = await runWith(args);
      assert.deepEqual([code, out], [2, ''], err);
      assert.match(err, words);
    });
  }

  test('what the API refuses is 1: what failed, why, and what to do', async () => {
    await using fixture = await CliFixture.open({ 'POST /v1/admin/nodes/a/eject': UNKNOWN_NODE });
    const { code, out, err } = await fixture.run(['eject', 'a', '--yes']);
    assert.deepEqual([code, out], [1, '']);
    assert.equal(
      err,
      'longwire: eject a: There is no access node a (404 unknown-node)\n  "longwire nodes" lists them.\n',
    );
  });

  test('with --json an error is one line of JSON on stderr', async () => {
    await using fixture = await CliFixture.open({ 'POST /v1/admin/nodes/a/eject': UNKNOWN_NODE });
    const { code, err } = await fixture.run(['eject', 'a', '--yes', '--json']);
    assert.equal(code, 1);
    const { error } = JSON.parse(err) as { error: Record<string, unknown> };
    assert.deepEqual([error['code'], error['status']], ['unknown-node', 404]);
  });
});

describe('errors', () => {
  test('a wrong key says where it came from', async () => {
    await using fixture = await CliFixture.open({
      'GET /v1/admin/nodes': problem(401, { code: 'unknown-api-key', title: 'The API key is not known' }),
    });
    const { err } = await fixture.run(['nodes']);
    assert.match(err, /The API key is not known \(401 unknown-api-key\)\n.*--api-key or LONGWIRE_API_KEY/);
  });

  test('a limit says when to try again', async () => {
    await using fixture = await CliFixture.open({
      'POST /v1/push': problem(429, { code: 'rate-limited', title: 'Too many requests' }, { 'retry-after': '3' }),
    });
    assert.match((await fixture.run(['push', 'hi', '--room', '1'])).err, /Try again in 3 s/);
  });

  test('an answer that is no JSON is told by its status', async () => {
    await using fixture = await CliFixture.open({
      'GET /v1/admin/nodes': (response) => response.writeHead(502).end('<html>'),
    });
    assert.match((await fixture.run(['nodes'])).err, /list the nodes: Bad Gateway \(502\)/);
  });

  test('a good answer that is no JSON names who gave it', async () => {
    await using fixture = await CliFixture.open({
      'GET /v1/admin/nodes': (response) => response.end('<h1>It works</h1>'),
    });
    const { code, err } = await fixture.run(['nodes']);
    assert.equal(code, 1);
    assert.match(
      err,
      /^longwire: list the nodes: control at http\S+ answered with what is no JSON\n.*is that a Longwire\?\n$/,
    );
  });

  test('an answer that is cut off in the middle is one that did not come', async () => {
    await using fixture = await CliFixture.open({
      'GET /v1/admin/nodes': (response) => {
        response.writeHead(200, { 'content-length': '100' });
        response.write('{"version":');
        setImmediate(() => response.destroy());
      },
    });
    const { code, err } = await fixture.run(['nodes']);
    assert.equal(code, 1);
    assert.match(err, /^longwire: list the nodes: control at http\S+ does not answer \(.+\)\n/);
  });

  test('a tier that is away is named with its address and the reason', async () => {
    const fixture = await CliFixture.open();
    const { url } = fixture;
    await fixture[Symbol.asyncDispose]();
    const { code, err } = await runWith(['nodes', '--control', url, '--api-key', 'k']);
    assert.equal(code, 1);
    assert.match(err, new RegExp(`control at ${url} does not answer \\(ECONNREFUSED\\)\n.*--control`));
  });

  test('control characters of an answer do not reach the terminal', async () => {
    await using fixture = await CliFixture.open({
      'GET /v1/admin/nodes': problem(403, { detail: 'no\u001b[2J\u202e', code: 'scope-missing' }),
    });
    const { err } = await fixture.run(['nodes']);
    assert.ok(err.includes(String.raw`no\u001b[2J\u202e`), err);
  });
});

describe('asking', () => {
  const draining = { 'POST /v1/admin/nodes/a/eject': { nodeId: 'a', isAlive: false } };

  test('a no changes nothing', async () => {
    await using fixture = await CliFixture.open(draining);
    const { code, err } = await fixture.run(['eject', 'a'], { answer: 'n' });
    assert.deepEqual([code, err, fixture.asked.length], [2, 'longwire: nothing was done\n', 0]);
  });

  test('a yes, or --yes, does it', async () => {
    await using fixture = await CliFixture.open(draining);
    assert.equal((await fixture.run(['eject', 'a'], { answer: 'y' })).code, 0);
    assert.match((await fixture.run(['eject', 'a', '-y'])).out, /a is away; this holds once it is back/);
    assert.equal(fixture.asked.length, 2);
  });

  test('where nobody can be asked, --yes is wanted', async () => {
    await using fixture = await CliFixture.open(draining);
    const { code, err } = await fixture.run(['eject', 'a']);
    assert.deepEqual([code, fixture.asked.length], [2, 0]);
    assert.match(err, /Say --yes/);
  });
});
