import type { Clock, Timer } from '@longwire/domain';
import { defineComponent } from '@longwire/runtime';
import type { Component, HttpServer } from '@longwire/runtime';
import type { CallerLimits } from '../backend/caller-limits.ts';
import type { ConsoleMetrics } from '../metrics.ts';
import { addEventStreamRoute } from './event-stream-route.ts';
import { addPassingRoutes } from './passing-routes.ts';
import { addSessionRoutes } from './session-routes.ts';
import { createSessionTable } from './session-table.ts';
import { createUpstream } from './upstream.ts';

export interface OperatorConsoleOptions {
  readonly upstreams: { readonly controlUrl: string; readonly serviceUrl: string };
  readonly clock: Clock;
  readonly limits: CallerLimits;
  readonly metrics: ConsoleMetrics;
  readonly idleMs: number;
  readonly maxAgeMs: number;
  /** Cookies over https only. */
  readonly isSecure: boolean;
}

/** Operators signed in at once, over all tabs and people. */
export const MAX_SESSIONS = 200;
/** How late a session may end that nobody asks for. */
const SWEEP_EVERY_MS = 10_000;

/**
 * The server side of the operator console: who is signed in, and what they may call. It knows no key of its own: every
 * call carries the key of who makes it. The component signs everybody out when it stops.
 */
export function addOperatorConsole(server: HttpServer, options: OperatorConsoleOptions): Component {
  const { upstreams, clock, limits, metrics, idleMs, maxAgeMs, isSecure } = options;
  const upstream = createUpstream(upstreams);
  const onSize = (sessions: number): void => metrics.operatorSessions.set(sessions);
  const sessions = createSessionTable({ clock, maxSessions: MAX_SESSIONS, idleMs, maxAgeMs, onSize });
  addSessionRoutes(server, { sessions, upstream, limits, metrics, maxAgeMs, isSecure });
  addPassingRoutes(server, { sessions, upstream, metrics });
  addEventStreamRoute(server, { sessions, upstream, metrics });
  let sweeping: Timer | undefined;
  return defineComponent({
    name: 'operator-sessions',
    start: () => {
      sweeping = clock.every(SWEEP_EVERY_MS, () => sessions.sweep());
    },
    stop: () => {
      sweeping?.cancel();
      sessions.endAll();
    },
  });
}
