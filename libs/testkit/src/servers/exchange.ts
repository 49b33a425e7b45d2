import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

const timeoutMs = 5_000;
const retryMs = 20;

/**
 * Connects to 127.0.0.1, sends `question`, and resolves once the answer matches; rejects on anything else. A server that
 * is part of a cluster says that it is ready a moment before it listens: a refused connection is tried again for 5 s.
 */
export async function exchange(port: number, question: string, answer: RegExp): Promise<void> {
  const giveUpAt = performance.now() + timeoutMs;
  for (;;) {
    try {
      await exchangeOnce(port, question, answer);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ECONNREFUSED' || performance.now() > giveUpAt) throw error;
      await delay(retryMs);
    }
  }
}

function exchangeOnce(port: number, question: string, answer: RegExp): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const socket = connect(port, '127.0.0.1');
  let text = '';
  socket.setTimeout(timeoutMs, () => reject(new Error(`port ${port} did not answer within ${timeoutMs} ms`)));
  socket.on('connect', () => socket.write(question));
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1');
    if (answer.test(text)) resolve();
  });
  socket.on('error', reject);
  socket.on('close', () => reject(new Error(`port ${port} closed after: ${text.slice(0, 200)}`)));
  return promise.finally(() => socket.destroy());
}
