import type { Lane, NodeView } from '@longwire/domain';

/** What service, control and the console's own server answer, beside the views of libs/domain. */

export interface Percentiles {
  readonly p50: number;
  readonly p99: number;
}

export interface ProcessView {
  readonly name: string;
  readonly tier: string;
  readonly cpu: number;
  readonly memoryBytes: number;
  readonly loopDelayMs: number;
}

export interface Overview {
  readonly at: number;
  readonly tiers: Readonly<Record<string, { readonly processes: number }>>;
  readonly online: { readonly connections: number; readonly users: number; readonly rooms: number };
  readonly rates: {
    readonly pushesPerSec: number;
    readonly messagesPerSec: number;
    readonly batchesPerSec: number;
    readonly forwardsPerSec: number;
    readonly deliveriesPerSec: number;
    readonly framesPerSec: number;
    readonly bytesOutPerSec: number;
    readonly connectsPerSec: number;
    readonly closesPerSec: number;
  };
  /** Deliveries a frame; encoded bytes a raw byte, 1 without traffic. */
  readonly savings: { readonly framesRatio: number; readonly bytesRatio: number };
  readonly latencyMs: Readonly<Record<Lane, Percentiles | null>>;
  readonly shedPerSec: Readonly<Record<string, number>>;
  readonly processes: readonly ProcessView[];
}

export interface Nodes {
  readonly version: number;
  readonly nodes: readonly NodeView[];
}

export interface PushAnswer {
  readonly messageId: string;
  readonly acceptedAt: number;
}

export interface SessionView {
  readonly isSignedIn: boolean;
  readonly keyId: string | null;
  readonly endsAt: number | null;
}
