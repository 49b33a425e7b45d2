import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { CLOSE_CODES } from './close-codes.ts';
import {
  AUTH_DEADLINE_MS,
  HEARTBEAT_TIMEOUT_FACTOR,
  MAX_CLIENT_FRAME_BYTES,
  MAX_CLIENT_WS_MESSAGE_BYTES,
  MAX_DICTIONARY_BYTES,
  MAX_INFLATED_BYTES,
  MAX_ROOMS_PER_CONNECTION,
  MAX_SERVER_FRAME_BYTES,
} from './limits.ts';
import { isClientOperation, OPERATION } from './operation.ts';
import { REPLY_CODES } from './reply-codes.ts';

const protos = new URL('../../../protos/', import.meta.url);
const text = readFileSync(new URL('WIRE.md', protos), 'utf8');

interface Vector {
  readonly name: string;
  readonly hex: string;
}

function hexOfVectors(): ReadonlyMap<string, string> {
  const files = ['client-frames.json', 'server-frames.json', 'batches.json'];
  const vectors = files.flatMap((file) => {
    const content = JSON.parse(readFileSync(new URL(`vectors/${file}`, protos), 'utf8')) as { vectors: Vector[] };
    return content.vectors;
  });
  return new Map(vectors.map(({ name, hex }) => [name, hex]));
}

/** The fenced examples: groups of hex, then two spaces or more and a remark. */
function examples(): readonly Vector[] {
  const fences = [...text.matchAll(/```hex ([a-z0-9-]+)\n([\s\S]*?)\n```/g)];
  return fences.map(([, name = '', lines = '']) => {
    const groups = lines.split('\n').map((line) => line.split(/ {2,}/)[0] ?? '');
    return { name, hex: groups.join('').replaceAll(' ', '') };
  });
}

/** The cells of the table under a heading, without its two head rows. */
function tableUnder(heading: string): string[][] {
  const section = text.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  const lines = section.split('\n').filter((line) => line.startsWith('|'));
  return lines.slice(2).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

test('every example of WIRE.md is the golden frame of its name', () => {
  const vectors = hexOfVectors();
  const found = examples();
  // A fence that the expression above does not understand would otherwise go unchecked.
  assert.equal(found.length, text.split('```hex').length - 1);
  for (const { name, hex } of found) assert.equal(hex, vectors.get(name), name);
});

test('every op has an example in WIRE.md', () => {
  const shown = new Set(examples().map(({ hex }) => Number.parseInt(hex.slice(16, 24), 16)));
  assert.deepEqual(
    [...shown].toSorted((a, b) => a - b),
    Object.values(OPERATION),
  );
});

test('the op table of WIRE.md lists every op with its way', () => {
  const rows = tableUnder('Ops').filter(([op, way]) => /^\d+$/.test(op ?? '') && (way === 'up' || way === 'down'));
  const expected = Object.values(OPERATION).map((op) => [String(op), isClientOperation(op) ? 'up' : 'down']);
  assert.deepEqual(
    rows.map((row) => row.slice(0, 2)),
    expected,
  );
});

test('the close codes of WIRE.md are the table of the code', () => {
  const expected = Object.entries(CLOSE_CODES).map(([name, row]) => [
    String(row.code),
    name,
    row.kind,
    row.retry ? 'yes' : 'no',
    row.sentence,
  ]);
  assert.deepEqual(tableUnder('Close codes'), expected);
});

test('the reply codes of WIRE.md are the table of the code', () => {
  const expected = Object.entries(REPLY_CODES).map(([name, row]) => [String(row.code), name, row.sentence]);
  assert.deepEqual(tableUnder('Reply codes'), expected);
});

test('the limits of WIRE.md are the limits of the code', () => {
  const shown = tableUnder('Limits').map(([limit, value]) => [limit, Number.parseFloat(value ?? '')]);
  assert.deepEqual(shown, [
    ['frame from a client, header included', MAX_CLIENT_FRAME_BYTES],
    ['WebSocket message from a client', MAX_CLIENT_WS_MESSAGE_BYTES],
    ['frame from a server, header included', MAX_SERVER_FRAME_BYTES],
    ['what one compressed frame may become', MAX_INFLATED_BYTES],
    ['what one dictionary may become, or tell to skip', MAX_DICTIONARY_BYTES],
    ['rooms of one connection', MAX_ROOMS_PER_CONNECTION],
    ['time from connecting to auth', AUTH_DEADLINE_MS],
    ['silence, in heartbeat intervals', HEARTBEAT_TIMEOUT_FACTOR],
  ]);
});

test('every link inside WIRE.md leads to a heading', () => {
  const headings = [...text.matchAll(/^##+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^a-z0-9 -]/g, '')
      .replaceAll(' ', '-'),
  );
  for (const [, anchor = ''] of text.matchAll(/\]\(#([^)]+)\)/g)) assert.ok(headings.includes(anchor), anchor);
});
