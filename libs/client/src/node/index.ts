export { nodeDecoders } from './node-decoders.ts';
export { tcpTransport } from './tcp-transport.ts';
