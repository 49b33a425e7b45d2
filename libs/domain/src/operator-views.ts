import type { Lane } from './lane.ts';
import { NODE_STATES } from './node-record.ts';
import type { LoadReport, NodeState } from './node-record.ts';

/**
 * How service and control tell operators what the cluster does, read from JSON by the operator console and the command
 * line: ids are plain strings here, times are ms since 1970.
 */

/** What clients report of a node: at one replica of control, old reports counting less and less. */
export interface LinkQuality {
  /** How many reports this rests on, after decay. */
  readonly reports: number;
  /** Share of them that tell of a failed dial, a lost connection or a slow connect. */
  readonly badRatio: number;
  readonly connectMs: number | null;
  readonly rttMs: number | null;
}

/** An access node. */
export interface NodeView {
  readonly nodeId: string;
  readonly region: string;
  readonly site: string;
  readonly version: string;
  readonly state: NodeState;
  readonly isLeaving: boolean;
  readonly weight: number;
  readonly load: LoadReport;
  /** Null when no client has reported. */
  readonly linkQuality: LinkQuality | null;
  readonly registeredAt: number;
  readonly leaseUntil: number;
}

/** What a node is, as operators are told. */
export const SHOWN_NODE_STATES = [...NODE_STATES, 'leaving'] as const;
export type ShownNodeState = (typeof SHOWN_NODE_STATES)[number];

/** One that takes nobody by itself is leaving, but for one that was told to drain. */
export function shownStateOf({ state, isLeaving }: Pick<NodeView, 'state' | 'isLeaving'>): ShownNodeState {
  return isLeaving && state !== 'draining' ? 'leaving' : state;
}

/** A room on a list. */
export interface ListedRoom {
  readonly roomId: string;
  readonly zoneId: string | null;
  readonly online: number;
  readonly messagesPerSec: number;
}

/** One room as its owner in dispatch sees it. */
export interface RoomDetail extends ListedRoom {
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

/** The cluster at one moment; null where nothing was measured. */
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

/** The last minutes, oldest first. */
export interface History {
  readonly stepMs: number;
  readonly points: readonly HistoryPoint[];
}

/** One stage of a message at one process. */
export interface SpanView {
  readonly stage: string;
  readonly at: number;
  readonly process: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** The way of one message. */
export interface TraceView {
  readonly messageId: string;
  /** Null when it was too long to be kept. */
  readonly target: { readonly kind: string; readonly [ids: string]: string | readonly string[] } | null;
  readonly lane: Lane;
  /** Null when the word of its acceptance was lost. */
  readonly acceptedAt: number | null;
  readonly spans: readonly SpanView[];
  /** There were more spans than are kept. */
  readonly isCut: boolean;
}

/** Where a user is connected. */
export interface PresenceView {
  readonly online: boolean;
  readonly connections: readonly {
    readonly connectionId: string;
    readonly deviceId: string;
    readonly nodeId: string;
    readonly rooms: readonly string[];
  }[];
}

/** An API key without its secret part. */
export interface KeyView {
  readonly keyId: string;
  readonly name: string;
  readonly scopes: readonly string[];
  /** Null: all zones. */
  readonly zones: readonly string[] | null;
  readonly createdAt: number;
}
