import type { ClientClock } from './clock.ts';
import type { Surroundings } from './connection/surroundings.ts';
import type { Transport } from './connection/transport.ts';
import type { Decoders } from './decode/decoders.ts';
import type { GetToken } from './ticket.ts';

interface CommonOptions {
  /** Joined at once and again after each reconnect; at most 16. */
  readonly rooms?: readonly string[];
  /** Closes the client. */
  readonly signal?: AbortSignal;
  /** A word for statistics; default `web`. */
  readonly platform?: string;
  /** Default: the platform's WebSocket. */
  readonly transport?: Transport;
  /** Default: the platform's, and `brotli-wasm` on demand. */
  readonly decoders?: Decoders;
  /** For tests. */
  readonly clock?: ClientClock;
  /** For tests: from 0 to below 1. */
  readonly random?: () => number;
  /** For tests, and for apps that know more of the network than the platform tells. */
  readonly surroundings?: Surroundings;
}

/** Where tickets come from: your backend's address, or a function. The API key stays with your backend. */
export type ConnectOptions = CommonOptions &
  (
    | {
        /** POSTed to; answers with what `/v1/connect` gave your backend. 4xx but 408 and 429 closes the client. */
        readonly endpoint: string;
        /** The JSON of the POST; default `{}`. */
        readonly body?: object;
      }
    | { readonly getToken: GetToken }
  );
