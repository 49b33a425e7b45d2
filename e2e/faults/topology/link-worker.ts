import { parentPort } from 'node:worker_threads';
import { TcpLink } from './tcp-link.ts';
import type { LinkState } from './tcp-link.ts';

export type LinkRequest =
  | { readonly type: 'open'; readonly id: number; readonly host: string; readonly port: number }
  | { readonly type: 'set'; readonly ids: readonly number[]; readonly state: LinkState }
  | { readonly type: 'close' };

export type LinkReply =
  { readonly id: number; readonly port: number } | { readonly id: number; readonly error: string };

const port = parentPort;
if (port === null) throw new Error('this file is run as a worker');
const links = new Map<number, TcpLink>();

async function open({ id, host, port: targetPort }: Extract<LinkRequest, { type: 'open' }>): Promise<LinkReply> {
  const link = new TcpLink({ host, port: targetPort });
  links.set(id, link);
  try {
    return { id, port: await link.listen() };
  } catch (error) {
    return { id, error: String(error) };
  }
}

port.on('message', (request: LinkRequest) => {
  switch (request.type) {
    case 'open':
      void open(request).then((reply) => port.postMessage(reply));
      return;
    case 'set':
      for (const id of request.ids) links.get(id)?.set(request.state);
      return;
    case 'close':
      for (const link of links.values()) link.close();
      port.close();
  }
});
