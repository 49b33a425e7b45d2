import { once } from 'node:events';
import { connect } from 'node:net';

/** Runs one command on a Redis server over a connection of its own; resolves with the raw answer. */
export async function redisCommand(redisUrl: string, ...words: readonly string[]): Promise<string> {
  const { hostname, port } = new URL(redisUrl);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  const parts = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('');
  socket.write(`*${words.length}\r\n${parts}*1\r\n$4\r\nQUIT\r\n`);
  let answer = '';
  for await (const chunk of socket) answer += String(chunk);
  return answer;
}
