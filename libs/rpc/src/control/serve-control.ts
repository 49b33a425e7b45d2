import type { handleBidiStreamingCall } from '@grpc/grpc-js';
import type { Clock, ControlApi } from '@longwire/domain';
import {
  type LinkRequest,
  type LinkResponse,
  type NodeLinkServiceServer,
  NodeLinkServiceService,
} from '@longwire/protos/control/v1';
import { answerInOrder } from '../server/answer-in-order.ts';
import type { GrpcService } from '../server/grpc-service.ts';
import { type GrpcServer, serveGrpc } from '../server/serve-grpc.ts';
import { toLinkResponse, toNodeReport } from './control-messages.ts';

export interface ServeControlOptions {
  readonly host: string;
  /** 0 takes any free one. */
  readonly port: number;
  readonly control: ControlApi;
  readonly clock?: Clock;
}

/**
 * Offers a ControlApi to access nodes over gRPC, see `openControlClient`. Each stream is one NodeLink of `control`. It is
 * closed only when the node says that it is gone: a stream that is merely lost leaves the lease to lapse by itself.
 */
export function serveControl({ host, port, control, clock }: ServeControlOptions): Promise<GrpcServer> {
  return serveGrpc({
    host,
    port,
    services: [nodeLinkService(control)],
    isServing: () => control.isAvailable(),
    ...(clock === undefined ? {} : { clock }),
  });
}

function nodeLinkService(control: ControlApi): GrpcService {
  const ends = new Set<() => void>();
  const link: handleBidiStreamingCall<LinkRequest, LinkResponse> = (call) => {
    const nodeLink = control.openNodeLink();
    const end = answerInOrder<LinkRequest, LinkResponse>(call, {
      answer: async (request) => {
        if (!request.isGone) return toLinkResponse(await nodeLink.report(toNodeReport(request)));
        await nodeLink.close();
        return toLinkResponse(undefined);
      },
      onOver: () => ends.delete(end),
    });
    ends.add(end);
  };
  const implementation: NodeLinkServiceServer = { link };
  return {
    definition: NodeLinkServiceService,
    protoFile: 'longwire/control/v1/control.proto',
    implementation,
    endStreams: () => ends.forEach((end) => end()),
  };
}
