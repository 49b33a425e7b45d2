import type { MessageForm } from '../corpus/corpus.ts';
import type { Schedule } from '../core/schedule.ts';
import type { DialectName } from './dialect.ts';

/** Rooms `prefix0`, `prefix1`, ...; connection i is in room i modulo count. */
export interface RoomSet {
  readonly prefix: string;
  readonly count: number;
}

/** Connections of one kind that one process holds. */
export interface AudienceSpec {
  readonly name: string;
  readonly dialect: DialectName;
  readonly host: string;
  readonly port: number;
  readonly count: number;
  /** Number of the first one, where an audience is split over processes. */
  readonly first: number;
  /** Loopback address that its first connection is made from, see `localAddressOf`. */
  readonly firstAddress: number;
  readonly rooms: RoomSet;
  /** Connections that may be under way at a time. */
  readonly inFlight: number;
  /** Longwire alone: how to mint tokens, and what the client says that it can decode. */
  readonly longwire?: LongwireClient;
  /** Keep when each message arrived, not only how late: for audiences of a few. */
  readonly isProbe?: boolean;
}

export interface LongwireClient {
  readonly tokenKeys: string;
  readonly protover: 0 | 1 | 2 | 3 | 4;
  /** Connection i belongs to user `<audience>-<floor(i / perUser)>`; 0 makes guests. */
  readonly perUser: number;
  /** Joins no room. */
  readonly isRoomless?: boolean;
}

/** An audience as scenarios ask for it; the fleet splits it over processes and gives it addresses. */
export type AudienceWish = Omit<AudienceSpec, 'first' | 'firstAddress'>;

export type PushTarget =
  | { readonly kind: 'room'; readonly rooms: RoomSet }
  | { readonly kind: 'user'; readonly prefix: string; readonly count: number }
  | { readonly kind: 'all' };

export interface PushSpec {
  readonly serviceUrl: string;
  readonly apiKey: string;
  readonly target: PushTarget;
  /** Which of the run's message streams this is: told apart by their numbers, see {@link STREAM_SPAN}. */
  readonly stream: number;
  readonly form: MessageForm;
  readonly seed: number;
  /** More fields of the push request, `lane` and `ack` for instance. */
  readonly fields?: Readonly<Record<string, unknown>>;
  /** Open loop at these times; without it a closed loop of `connections` for `seconds`. */
  readonly schedule?: Schedule;
  readonly closedLoop?: { readonly seconds: number };
  /** HTTP connections, each with one request under way. */
  readonly connections: number;
  readonly isProbe?: boolean;
}

/** Message `index` of stream `s` carries the number `s * STREAM_SPAN + index`. */
export const STREAM_SPAN = 100_000_000;

export interface ConnectReport {
  readonly connected: number;
  readonly failed: number;
  /** Attempts that failed and were made once more. */
  readonly retried: number;
  readonly tookMs: number;
  /** Why attempts failed, the retried ones too, and how many for that. */
  readonly faults: Readonly<Record<string, number>>;
}

export interface StreamReport {
  /** Deliveries: message x connection. */
  readonly messages: number;
  /** From when a message was due to its arrival; an encoded {@link LatencyHistogram}. */
  readonly histogram: string;
  readonly firstMs: number;
  readonly lastMs: number;
}

export interface AudienceReport {
  readonly open: number;
  readonly lost: number;
  /** WebSocket messages, or frames over TCP, that carried messages. */
  readonly frames: number;
  /** Of these, framing included. */
  readonly bytes: number;
  readonly streams: Readonly<Record<number, StreamReport>>;
  /** Of a probe: number and arrival of each delivery, by the monotonic clock. */
  readonly arrivals: readonly (readonly [number, number])[];
}

export interface PushReport {
  readonly accepted: number;
  readonly refused: Readonly<Record<string, number>>;
  readonly payloadBytes: number;
  /** From when a push was due to its answer. */
  readonly histogram: string;
  /** The most a push left late because the generator itself was busy. */
  readonly mostLateMs: number;
  readonly tookMs: number;
  /** Of a probe: number and `acceptedAt` of each, wall clock. */
  readonly acceptedAt: readonly (readonly [number, number])[];
}

export type Order =
  | { readonly kind: 'connect'; readonly spec: AudienceSpec }
  /** Forgets what was counted; from now on these are the streams and when their messages are due. */
  | { readonly kind: 'begin'; readonly schedules: Readonly<Record<number, Schedule>> }
  | { readonly kind: 'report'; readonly audience: string }
  | { readonly kind: 'close'; readonly audience: string }
  | { readonly kind: 'push'; readonly spec: PushSpec };

export interface OrderAnswers {
  readonly connect: ConnectReport;
  readonly begin: null;
  readonly report: AudienceReport;
  readonly close: null;
  readonly push: PushReport;
}

export interface OrderMessage {
  readonly id: number;
  readonly order: Order;
}

export interface AnswerMessage {
  readonly id: number;
  readonly answer?: unknown;
  readonly fault?: string;
}
