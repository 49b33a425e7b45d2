import { connect as connectTcp } from 'node:net';
import { FrameDecoder, SERVER_FRAME_LIMITS } from '@longwire/wire';
import type { Transport } from '../connection/transport.ts';

/** Raw TCP to `nodes[].tcp` (`host:port`, `[v6]:port`), without TLS. */
export const tcpTransport: Transport = {
  addressOf: ({ tcp }) => tcp,
  open(address, { onOpen, onFrames, onClose }) {
    const { hostname, port } = new URL(`tcp://${address}`);
    const socket = connectTcp({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port), noDelay: true });
    const decoder = new FrameDecoder(SERVER_FRAME_LIMITS);
    let reason = '';
    socket.once('connect', onOpen);
    socket.on('data', (chunk: Buffer) => onFrames(decoder.feed(chunk)));
    socket.once('error', (error) => (reason = error.message));
    socket.once('close', () => onClose({ code: 1006, reason }));
    return {
      send: (bytes) => {
        if (!socket.connecting && socket.writable) socket.write(bytes);
      },
      close: () => socket.destroy(),
    };
  },
};
