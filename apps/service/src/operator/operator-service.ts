import { requireScope } from '@longwire/auth';
import { AppError } from '@longwire/domain';
import type {
  Clock,
  Credential,
  History,
  ListedRoom,
  LogicApi,
  MessageId,
  OnlineTotals,
  RoomDetail,
  RoomId,
} from '@longwire/domain';
import { createBriefCache } from './brief-cache.ts';
import type { ClusterVitals } from './cluster-vitals.ts';
import { overviewOf } from './overview.ts';
import type { RoomLists, RoomSort } from './room-lists.ts';
import type { TraceStore } from './trace-store.ts';
import { toTraceView } from './trace-view.ts';
import type { TraceView } from './trace-view.ts';
import type { VitalsHistory } from './vitals-history.ts';

export interface OperatorServicePorts {
  readonly vitals: ClusterVitals;
  readonly history: VitalsHistory;
  readonly rooms: RoomLists;
  readonly traces: TraceStore;
  readonly logic: Pick<LogicApi, 'totals'>;
  readonly clock: Clock;
}

const KEEP_MS = 1000;

/** What operators are told, to keys with the scope `read`. */
export class OperatorService {
  readonly #ports: OperatorServicePorts;
  readonly #totals: () => Promise<OnlineTotals>;
  #lastTotals: OnlineTotals | undefined;

  constructor(ports: OperatorServicePorts) {
    this.#ports = ports;
    this.#totals = createBriefCache(ports.clock, KEEP_MS, () => ports.logic.totals());
  }

  async overview(credential: Credential): Promise<ReturnType<typeof overviewOf>> {
    requireScope(credential, 'read');
    return overviewOf(this.#ports.vitals, await this.#online(), this.#ports.clock.now());
  }

  history(credential: Credential, seconds: number): History {
    requireScope(credential, 'read');
    return this.#ports.history.last(seconds);
  }

  async topRooms(credential: Credential, sort: RoomSort, limit: number): Promise<readonly ListedRoom[]> {
    requireScope(credential, 'read');
    return this.#ports.rooms.top(sort, limit);
  }

  async room(credential: Credential, roomId: RoomId): Promise<RoomDetail> {
    requireScope(credential, 'read');
    return this.#ports.rooms.detail(roomId);
  }

  trace(credential: Credential, messageId: MessageId): TraceView {
    requireScope(credential, 'read');
    const trace = this.#ports.traces.find(messageId);
    if (trace === undefined) {
      throw new AppError('unknown-message', 'No trace: ask for one with POST /v1/push?trace=true; kept for 10 minutes');
    }
    return toTraceView(messageId, trace);
  }

  /** While logic is away an operator needs the rest all the more: then what it said last stands. */
  async #online(): Promise<OnlineTotals> {
    try {
      this.#lastTotals = await this.#totals();
    } catch (caught) {
      if (this.#lastTotals === undefined) throw caught;
    }
    return this.#lastTotals;
  }
}
