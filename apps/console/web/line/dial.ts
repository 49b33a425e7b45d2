import type { Ticket } from './ticket.ts';

const DIAL_MS = 5_000;

/** Opens a WebSocket to the first node of the list that takes one. Rejects when none does or the signal aborts. */
export async function dial(
  nodes: Ticket['nodes'],
  signal: AbortSignal,
): Promise<{ webSocket: WebSocket; nodeId: string }> {
  let cause: unknown;
  for (const { ws, nodeId } of nodes) {
    try {
      return { webSocket: await open(ws, signal), nodeId };
    } catch (error) {
      if (signal.aborted) throw error;
      cause = error;
    }
  }
  throw new Error('No node takes a connection.', { cause });
}

function open(url: string, signal: AbortSignal): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const webSocket = new WebSocket(url);
    webSocket.binaryType = 'arraybuffer';
    const giveUp = AbortSignal.any([signal, AbortSignal.timeout(DIAL_MS)]);
    const fail = (): void => {
      webSocket.close();
      reject(new Error(`${url} did not open`));
    };
    giveUp.addEventListener('abort', fail, { once: true });
    webSocket.addEventListener('close', fail, { once: true });
    webSocket.addEventListener(
      'open',
      () => {
        giveUp.removeEventListener('abort', fail);
        webSocket.removeEventListener('close', fail);
        resolve(webSocket);
      },
      { once: true },
    );
  });
}
