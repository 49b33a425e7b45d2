import assert from 'node:assert/strict';
import { test } from 'node:test';
import { trustedId } from '@longwire/domain';
import { decodeFrames, encodeClientFrame, parseServerFrame, SERVER_FRAME_LIMITS } from '@longwire/wire';
import type { CloseName } from '@longwire/wire';
import type { Transport } from '../transport/transport.ts';
import { ConnectionTable } from './connection-table.ts';
import { Connection } from './connection.ts';
import { Sweeper } from './sweeper.ts';

function setUp(onFrame: () => void = () => undefined) {
  const closes: (CloseName | null)[] = [];
  const crashes: unknown[] = [];
  const written: Uint8Array[] = [];
  const ended: unknown[] = [];
  const transport: Transport = {
    kind: 'tcp',
    isMessageFramed: false,
    remoteAddress: '10.0.0.1',
    bufferedBytes: 0,
    write: (bytes) => written.push(bytes) > 0,
    close: (code) => void ended.push(code),
    destroy: () => void ended.push('destroyed'),
    attach: () => undefined,
  };
  const table = new ConnectionTable();
  const connection = new Connection({
    connectionId: trustedId('c1'),
    transport,
    events: {
      onFrame,
      onCrash: (_connection, caught) => crashes.push(caught),
      onClosed: (closed, name) => {
        closes.push(name);
        closed.deadlineMs = 2000;
        table.remove(closed);
      },
      onGone: (gone) => table.forget(gone),
    },
    marks: { bulkMarkBytes: 100, boundBytes: 200, maxAgeMs: 5000 },
    connectedAtMs: 0,
    deadlineMs: 5000,
  });
  table.add(connection);
  return { connection, table, closes, crashes, written, ended };
}

const HEARTBEAT = encodeClientFrame({ kind: 'heartbeat', seq: 1 });

test('what throws while it handles a frame closes that connection with 4014, and nothing is thrown on', () => {
  const { connection, closes, crashes, ended, written } = setUp(() => {
    throw new Error('a defect');
  });
  connection.onBytes(HEARTBEAT);
  assert.deepEqual([closes, crashes.length, ended], [['internal'], 1, [4014]]);
  const [frame] = decodeFrames(written[0] ?? new Uint8Array(), SERVER_FRAME_LIMITS).frames;
  assert.ok(frame !== undefined);
  const outcome = parseServerFrame(frame);
  assert.ok(outcome.ok && outcome.frame.kind === 'closeNotice');
  assert.ok(!JSON.stringify(outcome.frame).includes('defect'));
});

test('frames behind one that closed the connection are not handled', () => {
  let handled = 0;
  const { connection } = setUp(() => {
    handled += 1;
    connection.close('kicked');
  });
  connection.onBytes(Buffer.concat([HEARTBEAT, HEARTBEAT, HEARTBEAT]));
  connection.onBytes(HEARTBEAT);
  assert.equal(handled, 1);
});

test('an end is told once, whoever comes first', () => {
  const { connection, closes } = setUp();
  connection.close('kicked');
  connection.close('drain');
  connection.onGone();
  assert.deepEqual(closes, ['kicked']);
  const left = setUp();
  left.connection.onGone();
  left.connection.close('drain');
  assert.deepEqual(left.closes, [null]);
});

test('a closed line that does not go by itself is cut after it had time to say goodbye', () => {
  const { connection, table, ended } = setUp();
  const sweeper = new Sweeper(table);
  sweeper.sweep(4999);
  assert.equal(connection.isClosed, false);
  connection.close('kicked');
  sweeper.sweep(1999);
  assert.deepEqual(ended, [4509]);
  sweeper.sweep(2000);
  assert.deepEqual(ended, [4509, 'destroyed']);
  connection.onGone();
  assert.equal(table.lingering.size + table.size, 0);
});
