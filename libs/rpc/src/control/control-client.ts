import type { ControlApi, NodeLink } from '@longwire/domain';
import { openPeer } from '../client/open-peer.ts';
import type { PeerOptions } from '../client/open-peer.ts';
import { openRemoteNodeLink } from './remote-node-link.ts';

export interface ControlClientOptions extends PeerOptions {
  /** A report that is not answered for that long fails its stream. Default 2 s: the node's lease is 3 s. */
  readonly answerTimeoutMs?: number;
}

/** A {@link ControlApi} with an owner. */
export interface ControlClient extends ControlApi {
  /** Cuts its links without saying that the nodes are gone, and its connections. Idempotent. */
  close(): void;
}

const ANSWER_TIMEOUT_MS = 2_000;

/** Reaches the control tier over gRPC. Returns at once and connects in the background; `isAvailable` says when it is there. */
export function openControlClient(options: ControlClientOptions): ControlClient {
  const peer = openPeer('control', options);
  const { servers, clock, random, logger } = peer;
  const { answerTimeoutMs = ANSWER_TIMEOUT_MS } = options;
  const cuts = new Set<() => void>();
  return {
    openNodeLink(): NodeLink {
      const { link, cut } = openRemoteNodeLink({ servers, clock, random, logger, answerTimeoutMs });
      cuts.add(cut);
      return {
        report: (report) => link.report(report),
        close: async () => {
          await link.close();
          cuts.delete(cut);
        },
      };
    },
    isAvailable: () => servers.hasUp,
    close(): void {
      for (const cut of cuts) cut();
      cuts.clear();
      peer.close();
    },
  };
}
