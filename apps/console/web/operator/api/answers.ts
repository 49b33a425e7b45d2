import type { Lane, NodeState } from '@longwire/domain';

/** What service and control answer, as far as the console shows it. */

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

export interface HistoryPoint {
  readonly at: number;
  readonly connections: number | null;
  readonly deliveriesPerSec: number;
  readonly framesPerSec: number;
  readonly bytesOutPerSec: number;
  readonly bulkP50: number | null;
  readonly bulkP99: number | null;
  readonly expressP50: number | null;
  readonly expressP99: number | null;
}

export interface History {
  readonly stepMs: number;
  readonly points: readonly HistoryPoint[];
}

/** What clients report of a node: at one replica of control, old reports counting less and less. */
export interface LinkQuality {
  readonly reports: number;
  /** Share of reports that tell of a failed dial, a lost connection or a slow connect. */
  readonly badRatio: number;
  readonly connectMs: number | null;
  readonly rttMs: number | null;
}

export interface NodeView {
  readonly nodeId: string;
  readonly region: string;
  readonly site: string;
  readonly version: string;
  readonly state: NodeState;
  readonly isLeaving: boolean;
  readonly weight: number;
  readonly load: {
    readonly connections: number;
    readonly capacity: number;
    readonly loopDelayMs: number;
    readonly cpuRatio: number;
  };
  /** null: nobody has reported; absent where control knows of no reports. */
  readonly linkQuality?: LinkQuality | null;
  readonly registeredAt: number;
  readonly leaseUntil: number;
}

export interface Nodes {
  readonly version: number;
  readonly nodes: readonly NodeView[];
}

export interface RoomRow {
  readonly roomId: string;
  readonly zoneId: string | null;
  readonly online: number;
  readonly messagesPerSec: number;
}

export interface RoomDetail extends RoomRow {
  readonly partition: number;
  readonly owner: string | null;
  readonly epoch: number | null;
  readonly seq: number | null;
  readonly batchesPerSec: number;
  readonly batchMessages: number;
  readonly windowMs: number;
  readonly historyMessages: number;
  readonly shed: Readonly<Record<string, number>>;
}

export interface PresenceConnection {
  readonly connectionId: string;
  readonly deviceId: string;
  readonly nodeId: string;
  readonly rooms: readonly string[];
}

export interface Presence {
  readonly online: boolean;
  readonly connections: readonly PresenceConnection[];
}

export interface PushAnswer {
  readonly messageId: string;
  readonly acceptedAt: number;
}

export interface MessageStatus {
  readonly messageId: string;
  readonly status: 'pending' | 'delivered' | 'expired';
  readonly targets: number;
  readonly acked: number;
  readonly attempts: number;
}

export interface Span {
  readonly stage: string;
  readonly at: number;
  readonly process: string;
  readonly detail?: Readonly<Record<string, unknown>>;
}

export interface Trace {
  readonly messageId: string;
  readonly target: Readonly<Record<string, unknown>> | null;
  readonly lane: Lane;
  /** null when the word of its acceptance was lost. */
  readonly acceptedAt: number | null;
  readonly spans: readonly Span[];
  readonly isCut?: boolean;
}

export interface KeyView {
  readonly keyId: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly zones: readonly string[] | null;
  readonly createdAt: number;
}

export interface SessionView {
  readonly isSignedIn: boolean;
  readonly keyId: string | null;
  readonly endsAt: number | null;
}
