import { accessVitals, createAccessApp } from '@longwire/access';
import { parseKeyRing } from '@longwire/auth';
import { createConsoleApp } from '@longwire/console';
import { controlVitals, createControlApp } from '@longwire/control';
import { createDispatchApp } from '@longwire/dispatch';
import {
  createMemoryBus,
  createMemoryCredentialStore,
  createMemoryEventCursors,
  createMemoryEventLog,
  createMemoryIdempotencyStore,
  createMemoryLeaseStore,
  createMemoryNodeDirectory,
  createMemoryPresenceStore,
  createMemoryRoomDirectory,
  openSqliteExpressLog,
} from '@longwire/embedded';
import { createLogicApp, logicVitals, presenceTimesOf } from '@longwire/logic';
import { composeComponents, defineComponent } from '@longwire/runtime';
import type { AppBase, ReadyReport, RunnableApp } from '@longwire/runtime';
import { createServiceApp, serviceVitals } from '@longwire/service';
import { createVitalsPublisher } from '@longwire/vitals';
import { expressFileOf, withSecrets } from './config.ts';
import type { StandaloneConfig } from './config.ts';

export interface StandaloneApp extends RunnableApp {
  /** Where everything is, once started. */
  report(adminUrl: string): ReadyReport;
  describe(): Record<string, unknown>;
}

/** The whole of Longwire in one process: the five tiers on embedded adapters, and the console. */
export async function openStandaloneApp(given: StandaloneConfig, base: AppBase): Promise<StandaloneApp> {
  const config = withSecrets(given);
  const { clock } = base;

  // What NATS and Redis are to a cluster. Only the express log outlives the process.
  const bulkBus = createMemoryBus();
  const expressBus = createMemoryBus();
  const rooms = createMemoryRoomDirectory();
  const credentials = createMemoryCredentialStore();
  const eventLog = createMemoryEventLog({ clock });
  const leases = createMemoryLeaseStore({ clock });
  const presence = createMemoryPresenceStore({ clock, ...presenceTimesOf(config.logic) });
  const expressLog = openSqliteExpressLog({
    path: expressFileOf(config),
    clock,
    maxBytes: config.dispatch.expressLogBytes,
    maxEntries: config.dispatch.expressLogEntries,
  });
  const { reports } = expressLog;
  const storeHealth = (): true => true;

  const named = (nodeName: string): AppBase => ({ ...base, nodeName });
  const keyRing = parseKeyRing(config.tokenKeys);
  const logic = createLogicApp(config.logic, {
    ...named('logic-1'),
    presence,
    rooms,
    events: eventLog,
    bulkBus,
    storeHealth,
  });
  const control = createControlApp(config.control, {
    ...named('control-1'),
    directory: createMemoryNodeDirectory({ clock }),
    credentials,
    keyRing,
  });
  const dispatch = createDispatchApp(config.dispatch, {
    ...named('dispatch-1'),
    bulkBus,
    expressBus,
    leases,
    expressLog,
    reports,
    logic: logic.api,
  });
  const service = createServiceApp(config.service, {
    ...named('service-1'),
    bulkBus,
    expressBus,
    logic: logic.api,
    rooms,
    credentials,
    idempotency: createMemoryIdempotencyStore({ clock }),
    expressLog,
    reports,
    eventLog,
    leases,
    cursors: createMemoryEventCursors(),
    subjects: null,
    storeHealth,
  });
  const access = createAccessApp(config.access, {
    ...named('access-1'),
    bulkBus,
    expressBus,
    logic: logic.api,
    control: control.api,
    keyRing,
  });
  const page = config.console ? createConsoleApp(config.consoleApp, named('console-1')) : undefined;

  const closeStore = defineComponent({ name: 'express-log', stop: () => expressLog.close() });
  const tables = [controlVitals, serviceVitals, logicVitals, accessVitals].map((table) => ({ table }));
  const vitals = createVitalsPublisher({
    ...base,
    process: base.nodeName,
    bus: bulkBus,
    tiers: [...tables, dispatch.vitals],
  });
  const tiers = [closeStore, logic, control, dispatch, service, access, ...(page === undefined ? [] : [page])];
  const app = composeComponents('standalone', [...tiers, vitals], { logger: base.logger, clock });

  function report(adminUrl: string): ReadyReport {
    const names = tiers.slice(1).map(({ name }) => `${name}-1`);
    const everywhere = <Value>(value: Value): Record<string, Value> =>
      Object.fromEntries(names.map((name) => [name, value]));
    const { ws, tcp } = access.describe();
    return {
      ready: true,
      control: control.describe().http,
      service: service.describe().http,
      ws: [ws],
      tcp: [tcp],
      console: page?.describe().console ?? '',
      admin: everywhere(adminUrl),
      pids: everywhere(process.pid),
      apiKey: config.apiKey,
    };
  }
  return { ...app, report, describe: () => ({}) };
}
