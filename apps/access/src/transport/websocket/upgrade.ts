import { hash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** RFC 6455, 1.3. */
const KEY_SUFFIX = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
/** 16 bytes in base64. */
const KEY = /^[+/0-9A-Za-z]{22}==$/;
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const VERSION = '13';

/**
 * Returns what to write in answer to an upgrade request (RFC 6455, 4.2), and whether that made the connection a WebSocket.
 * Extensions are never agreed on; of the subprotocols a client offers, which mean nothing here, it gets the first, since
 * browsers give up without one.
 */
export function answerToUpgrade({ method, headers }: IncomingMessage): {
  readonly isUpgraded: boolean;
  readonly text: string;
} {
  const key = headers['sec-websocket-key'];
  if (method !== 'GET') return refuse('405 Method Not Allowed', 'Allow: GET\r\n');
  if (headers.upgrade?.toLowerCase() !== 'websocket') return refuse('400 Bad Request');
  if (headers['sec-websocket-version'] !== VERSION) {
    return refuse('426 Upgrade Required', `Sec-WebSocket-Version: ${VERSION}\r\n`);
  }
  if (key === undefined || !KEY.test(key)) return refuse('400 Bad Request');
  const offered = headers['sec-websocket-protocol']?.split(',', 1)[0]?.trim();
  if (offered !== undefined && !TOKEN.test(offered)) return refuse('400 Bad Request');
  const protocol = offered === undefined ? '' : `Sec-WebSocket-Protocol: ${offered}\r\n`;
  const accept = hash('sha1', key + KEY_SUFFIX, 'base64');
  const head = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n';
  return { isUpgraded: true, text: `${head}Sec-WebSocket-Accept: ${accept}\r\n${protocol}\r\n` };
}

/** Returns a whole answer without a body, after which the connection ends. */
export function refuse(status: string, headers = ''): { readonly isUpgraded: false; readonly text: string } {
  const text = `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n${headers}\r\n`;
  return { isUpgraded: false, text };
}
