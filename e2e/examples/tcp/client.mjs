// A Longwire client over TCP, from protos/WIRE.md alone. Standard input: what POST /v1/connect answered.
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { brotliDecompressSync } from 'node:zlib';

const roomId = process.argv[2] ?? '1000';
const { token, heartbeatMs, nodes } = JSON.parse(await text(process.stdin));
const [host, port] = nodes[0].tcp.split(/:(?=\d+$)/);
const socket = connect(Number(port), host);
const seen = new Set();
let rest = Buffer.alloc(0);

function send(op, body = '') {
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  const header = Buffer.alloc(16);
  header.writeUInt32BE(16 + bytes.length, 0); // packLen
  header.writeUInt32BE(0x00100001, 4); // headerLen 16, ver 1
  header.writeUInt32BE(op, 8);
  socket.write(Buffer.concat([header, bytes]));
}

/** Calls `take` with each whole frame; returns the bytes after the last one. */
function eachFrame(bytes, take) {
  while (bytes.length >= 16) {
    const length = bytes.readUInt32BE(0);
    if (length < 16 || length > 1048576 || bytes.readUInt16BE(4) !== 16) throw new Error('this is no frame');
    if (bytes.length < length) break;
    take({ ver: bytes.readUInt16BE(6), op: bytes.readUInt32BE(8), body: bytes.subarray(16, length) });
    bytes = bytes.subarray(length);
  }
  return bytes;
}

function onFrame({ op, ver, body }) {
  if (op === 5 && ver === 3) eachFrame(brotliDecompressSync(body, { maxOutputLength: 4194304 }), onFrame);
  else if (op === 5) onMessage(JSON.parse(body));
  else if (op === 3) console.error(`${body.readUInt32BE(0)} online`);
  else if (op === 8 && JSON.parse(body).code === 0) beat();
  else if (op === 24 || op === 25) console.error(`op ${op}: ${body}`);
}

/** Express messages may come again: acked each time, shown once. */
function onMessage({ lw, ...message }) {
  if (lw?.ack) send(20, { ids: [lw.id] });
  if (lw?.id !== undefined && seen.has(lw.id)) return;
  if (lw?.id !== undefined && seen.add(lw.id).size > 1000) seen.delete(seen.values().next().value);
  console.log(JSON.stringify(message));
}

function beat() {
  send(2);
  setTimeout(beat, heartbeatMs).unref();
}

socket.on('connect', () => send(7, { key: token, roomid: roomId, protover: 3, platform: 'tcp' }));
socket.on('data', (chunk) => (rest = eachFrame(Buffer.concat([rest, chunk]), onFrame)));
socket.on('error', ({ message }) => console.error(message));
socket.on('close', () => console.error('the connection is closed'));
