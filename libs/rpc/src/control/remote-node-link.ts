import type { Clock, NodeDirective, NodeLink, NodeReport } from '@longwire/domain';
import { NodeLinkServiceService } from '@longwire/protos/control/v1';
import { type Logger } from '@longwire/runtime';
import { AnsweredStream } from '../client/answered-stream.ts';
import type { ServerList } from '../client/server-list.ts';
import { toDirective, toLinkRequest } from './control-messages.ts';

export interface RemoteNodeLinkOptions {
  readonly servers: ServerList;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  readonly answerTimeoutMs: number;
}

export interface RemoteNodeLink {
  readonly link: NodeLink;
  /** Ends the line without a word. */
  readonly cut: () => void;
}

/** Reports come once a second and each is outdated by the next: a few may wait, no more. */
const MAX_WAITING_REPORTS = 4;
const FAREWELL_MS = 1_000;

/** A NodeLink over one stream to one control process at a time. */
export function openRemoteNodeLink(options: RemoteNodeLinkOptions): RemoteNodeLink {
  const stream = new AnsweredStream({
    ...options,
    method: NodeLinkServiceService.link,
    maxWaiting: MAX_WAITING_REPORTS,
    onUp: () => undefined,
  });
  stream.start();
  let last: NodeReport | undefined;
  const link: NodeLink = {
    async report(report: NodeReport): Promise<NodeDirective | undefined> {
      last = report;
      return toDirective(await stream.send(toLinkRequest(report, false)));
    },
    async close(): Promise<void> {
      if (last !== undefined) await sayFarewell(last);
      last = undefined;
      stream.close();
    },
  };
  const sayFarewell = (report: NodeReport): Promise<void> =>
    new Promise((resolve) => {
      const timer = options.clock.after(FAREWELL_MS, resolve);
      void stream.send(toLinkRequest({ ...report, isLeaving: true }, true)).then(() => {
        timer.cancel();
        resolve();
      });
    });
  return { link, cut: () => stream.close() };
}
