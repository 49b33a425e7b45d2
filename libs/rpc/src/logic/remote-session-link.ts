import type {
  Clock,
  NodeIncarnation,
  ReportOutcome,
  SessionLink,
  SessionLinkEvents,
  SessionReport,
} from '@longwire/domain';
import { LogicServiceService } from '@longwire/protos/logic/v1';
import type { Logger } from '@longwire/runtime';
import { AnsweredStream } from '../client/answered-stream.ts';
import type { ServerList } from '../client/server-list.ts';
import { toOutcome, toReportMessage } from './report-messages.ts';

export interface RemoteLinkOptions {
  readonly servers: ServerList;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  readonly answerTimeoutMs: number;
}

/** As the port says: beyond, a report is refused at once. */
const MAX_WAITING_REPORTS = 64;

/** A SessionLink over one stream to one logic process at a time. */
export function openRemoteSessionLink(
  node: NodeIncarnation,
  events: SessionLinkEvents,
  options: RemoteLinkOptions,
): SessionLink {
  const stream = new AnsweredStream({
    ...options,
    method: LogicServiceService.reportSessions,
    maxWaiting: MAX_WAITING_REPORTS,
    onUp: () => events.onResync(),
  });
  stream.start();
  return {
    report: async (report: SessionReport): Promise<ReportOutcome> =>
      toOutcome(await stream.send(toReportMessage(node, report))),
    close: () => stream.close(),
  };
}
