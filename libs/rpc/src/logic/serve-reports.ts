import type { ServerDuplexStream } from '@grpc/grpc-js';
import {
  AppError,
  type LogicApi,
  type NodeId,
  type NodeIncarnation,
  type SessionLink,
  trustedId,
} from '@longwire/domain';
import type { ReportSessionsRequest, ReportSessionsResponse } from '@longwire/protos/logic/v1';
import { answerInOrder } from '../server/answer-in-order.ts';
import { toOutcomeMessage, toReport } from './report-messages.ts';

export interface ServeReportsOptions {
  readonly logic: LogicApi;
  /** Called once when the stream is over. */
  readonly onOver: () => void;
}

/** Serves one report stream as one SessionLink of `logic`. Returns a function that ends the stream. */
export function serveReports(
  call: ServerDuplexStream<ReportSessionsRequest, ReportSessionsResponse>,
  { logic, onOver }: ServeReportsOptions,
): () => void {
  let opened: { readonly node: NodeIncarnation; readonly link: SessionLink } | undefined;
  const open = (request: ReportSessionsRequest): { readonly node: NodeIncarnation; readonly link: SessionLink } => {
    const node = { nodeId: trustedId<NodeId>(request.nodeId), incarnation: request.incarnation };
    let signals = 0;
    const onResync = (): void => {
      signals += 1;
      // The first says that the line is up, which the client knows from its stream; a later one reaches it as a new stream.
      if (signals > 1) end();
    };
    return { node, link: logic.openSessionLink(node, { onResync }) };
  };
  const end = answerInOrder(call, {
    answer: async (request: ReportSessionsRequest) => {
      opened ??= open(request);
      if (opened.node.nodeId !== request.nodeId || opened.node.incarnation !== request.incarnation) {
        throw new AppError('invalid-request', 'One stream is for one node', { field: 'node_id' });
      }
      return toOutcomeMessage(await opened.link.report(toReport(request)));
    },
    onOver: () => {
      opened?.link.close();
      onOver();
    },
  });
  return end;
}
