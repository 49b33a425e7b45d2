import type { Timer } from '@longwire/domain';
import { systemClock } from '../clock.ts';
import { isObject, textOf } from '../codec/frames.ts';
import type { ConnectOptions } from '../connect-options.ts';
import { platformSurroundings } from '../connection/surroundings.ts';
import { webSocketTransport } from '../connection/websocket-transport.ts';
import { ticketFrom } from '../ticket.ts';
import type { GetToken } from '../ticket.ts';
import { LinkLog } from './link-log.ts';
import type { NodeSample } from './link-log.ts';

export interface LinkReportsOptions {
  /** Which share of clients reports at all; default 0.1, drawn once per call. 0 is the way out. */
  readonly share?: number;
  /** Default 60,000; the first report comes after a random part of it. */
  readonly everyMs?: number;
  /** For tests; default `fetch` with `keepalive`. Rejections are swallowed: a report that does not arrive is not sent again. */
  readonly post?: (url: string, init: LinkReportRequest) => Promise<unknown>;
}

export interface LinkReportRequest {
  readonly method: 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly keepalive: true;
}

/**
 * Options for `connect` that also report how good the links to the nodes are, where the ticket names a `qualityUrl`:
 * control's `POST /v1/link-quality`, or your backend that passes it on. Small, sampled, at most once a minute, and only when
 * there is news; it costs nothing where no url is named, and is no part of the core.
 */
export function withLinkReports(options: ConnectOptions, reports: LinkReportsOptions = {}): ConnectOptions {
  const { clock = systemClock, random = Math.random } = options;
  const { transport = webSocketTransport, surroundings = platformSurroundings } = options;
  const { share = 0.1, everyMs = 60_000, post = (url, init) => fetch(url, init) } = reports;
  if (random() >= share) return options;

  let timer: Timer | undefined;
  let isClosed = false;
  let isFirst = true;
  let where: { readonly url: string; readonly token: string } | undefined;
  const tell = (nodes: readonly NodeSample[]): void => {
    if (where === undefined || nodes.length === 0) return;
    const headers = { authorization: `Bearer ${where.token}`, 'content-type': 'application/json' };
    const request = { method: 'POST', headers, body: JSON.stringify({ nodes }), keepalive: true } as const;
    post(where.url, request).catch(() => undefined);
  };
  const log = new LinkLog(clock, () => {
    if (isClosed || where === undefined) return;
    timer ??= clock.after(isFirst ? everyMs * random() : everyMs, () => {
      timer = undefined;
      tell(log.take());
    });
    isFirst = false;
  });
  const getToken: GetToken =
    'getToken' in options ? options.getToken : ticketFrom(options.endpoint, options.body ?? {});
  return {
    ...options,
    getToken: async (request) => {
      const ticket = await getToken(request);
      const { token, qualityUrl } = isObject(ticket) ? ticket : {};
      where = textOf(qualityUrl) === '' ? undefined : { url: textOf(qualityUrl), token: textOf(token) };
      return ticket;
    },
    transport: log.watch(transport),
    surroundings: {
      isOnline: surroundings.isOnline,
      watch: (onChange, signal) => {
        signal.addEventListener('abort', () => {
          isClosed = true;
          timer?.cancel();
        });
        surroundings.watch(onChange, signal);
      },
    },
  };
}
