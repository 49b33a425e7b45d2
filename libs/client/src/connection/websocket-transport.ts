import { readFrames } from '../codec/frames.ts';
import type { Transport } from './transport.ts';

/** WebSocket as browsers, Node (from 22), Deno and Bun have it. */
export const webSocketTransport: Transport = {
  addressOf: ({ ws }) => ws,
  open(address, { onOpen, onFrames, onClose }) {
    const webSocket = new WebSocket(address);
    webSocket.binaryType = 'arraybuffer';
    webSocket.onopen = onOpen;
    // A text message holds no frame: read as an empty one, it is a fault.
    webSocket.onmessage = ({ data }: MessageEvent<unknown>) =>
      onFrames(readFrames(new Uint8Array(data instanceof ArrayBuffer ? data : [])));
    webSocket.onclose = onClose;
    return {
      send: (bytes) => {
        if (webSocket.readyState === WebSocket.OPEN) webSocket.send(bytes);
      },
      close: ({ code, reason }) => webSocket.close(code, reason),
    };
  },
};
