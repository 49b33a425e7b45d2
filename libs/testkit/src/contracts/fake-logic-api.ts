import type {
  AppError,
  LocatedSession,
  LogicApi,
  NodeIncarnation,
  OnlineTotals,
  ReportOutcome,
  RoomFacts,
  Route,
  SessionLink,
  SessionReport,
} from '@longwire/domain';

const MAX_WAITING = 64;

/** A logic tier that stores nothing: it notes what it is told and answers what the test sets. */
export class FakeLogicApi implements LogicApi {
  readonly nodes: NodeIncarnation[] = [];
  readonly reports: SessionReport[] = [];
  /** What was asked, as `method` and arguments. */
  readonly asked: unknown[] = [];
  openLinks = 0;
  isReady = true;
  /** Set: every unary call rejects with it. */
  failure: AppError | undefined;
  rooms: readonly RoomFacts[] = [];
  routes: readonly Route[] = [];
  sessions: readonly LocatedSession[] = [];
  online: OnlineTotals = { connections: 0, users: 0, rooms: 0 };
  /** How a report is answered. */
  answer: (report: SessionReport) => ReportOutcome | Promise<ReportOutcome> = () => 'applied';
  readonly #signals = new Set<() => void>();

  openSessionLink(node: NodeIncarnation, { onResync }: { readonly onResync: () => void }): SessionLink {
    this.nodes.push(node);
    this.openLinks += 1;
    this.#signals.add(onResync);
    queueMicrotask(onResync);
    let isOpen = true;
    let waiting = 0;
    return {
      report: async (report) => {
        if (!isOpen || waiting >= MAX_WAITING) return 'unavailable';
        this.reports.push(report);
        waiting += 1;
        return Promise.resolve(this.answer(report)).finally(() => (waiting -= 1));
      },
      close: () => {
        if (isOpen) this.openLinks -= 1;
        isOpen = false;
        this.#signals.delete(onResync);
      },
    };
  }

  /** Tells every open line that it must send a snapshot. */
  signalResync(): void {
    for (const onResync of this.#signals) onResync();
  }

  lookupRooms: LogicApi['lookupRooms'] = (roomIds, nodeId) => this.#reply(['lookupRooms', roomIds, nodeId], this.rooms);
  routesOfUsers: LogicApi['routesOfUsers'] = (userIds) => this.#reply(['routesOfUsers', userIds], this.routes);
  routesOfDevices: LogicApi['routesOfDevices'] = (ids) => this.#reply(['routesOfDevices', ids], this.routes);
  sessionsOfUser: LogicApi['sessionsOfUser'] = (userId) => this.#reply(['sessionsOfUser', userId], this.sessions);
  topRooms: LogicApi['topRooms'] = (limit) => this.#reply(['topRooms', limit], this.rooms);
  totals: LogicApi['totals'] = () => this.#reply(['totals'], this.online);

  isAvailable(): boolean {
    return this.isReady;
  }

  #reply<T>(asked: unknown, answer: T): Promise<T> {
    this.asked.push(asked);
    return this.failure === undefined ? Promise.resolve(answer) : Promise.reject(this.failure);
  }
}
