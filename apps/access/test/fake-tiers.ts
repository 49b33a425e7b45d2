import type {
  ControlApi,
  LogicApi,
  NodeDirective,
  NodeReport,
  ReportOutcome,
  RoomFacts,
  RoomId,
  SessionChange,
  SessionLinkEvents,
  SessionReport,
  UplinkEvent,
  ZoneId,
} from '@longwire/domain';
import { AppError, trustedId } from '@longwire/domain';

/** A logic tier that writes down what it is told and answers what the test wants. */
export class FakeLogic implements LogicApi {
  readonly reports: SessionReport[] = [];
  readonly zones = new Map<string, string>();
  readonly elsewhere = new Map<string, number>();
  outcome: ReportOutcome = 'applied';
  areLookupsStuck = false;
  isUp = true;
  #events: SessionLinkEvents | null = null;

  get changes(): readonly SessionChange[] {
    return this.reports.flatMap((report) => (report.type === 'digest' ? [] : report.changes));
  }

  get uplinks(): readonly UplinkEvent[] {
    return this.reports.flatMap((report) => (report.type === 'changes' ? report.uplinks : []));
  }

  /** Plays a line that was lost and is up again. */
  resync(): void {
    this.#events?.onResync();
  }

  openSessionLink(_node: unknown, events: SessionLinkEvents) {
    this.#events = events;
    events.onResync();
    return {
      report: (report: SessionReport) => {
        this.reports.push(report);
        return Promise.resolve(this.outcome);
      },
      close: () => undefined,
    };
  }

  lookupRooms(roomIds: readonly RoomId[]): Promise<readonly RoomFacts[]> {
    if (this.areLookupsStuck) return new Promise(() => undefined);
    if (!this.isUp) return Promise.reject(new AppError('peer-unavailable', 'logic does not answer'));
    return Promise.resolve(
      roomIds.map((roomId) => {
        const zoneId = this.zones.get(roomId);
        const online = this.elsewhere.get(roomId) ?? 0;
        return { roomId, zoneId: zoneId === undefined ? null : trustedId<ZoneId>(zoneId), online, onlineAtNode: 0 };
      }),
    );
  }

  isAvailable(): boolean {
    return this.isUp;
  }

  routesOfUsers = () => Promise.resolve([]);
  routesOfDevices = () => Promise.resolve([]);
  sessionsOfUser = () => Promise.resolve([]);
  topRooms = () => Promise.resolve([]);
  totals = () => Promise.resolve({ connections: 0, users: 0, rooms: 0 });
}

/** A control tier that answers every report with the directive the test has set. */
export class FakeControl implements ControlApi {
  readonly reports: NodeReport[] = [];
  directive: NodeDirective | undefined = { state: 'active', alternatives: [] };
  hasClosed = false;

  openNodeLink() {
    return {
      report: (report: NodeReport) => {
        this.reports.push(report);
        return Promise.resolve(this.directive);
      },
      close: () => {
        this.hasClosed = true;
        return Promise.resolve();
      },
    };
  }

  isAvailable(): boolean {
    return this.directive !== undefined;
  }
}
