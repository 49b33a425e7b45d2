import type { Clock } from '@longwire/domain';
import type { Component } from './component.ts';
import { defineComponent } from './component.ts';
import type { Logger } from './logger.ts';
import { systemClock } from './system-clock.ts';
import { withDeadline } from './with-deadline.ts';

export interface ComposeOptions {
  readonly logger?: Logger;
  /** How long one part may take to stop before the next one is stopped all the same. Default 2000. */
  readonly stopStepMs?: number;
  readonly clock?: Clock;
}

const DEFAULT_STOP_STEP_MS = 2_000;

/**
 * Joins parts into one component: started in order, drained and stopped in reverse. A failed start stops the failed
 * part and those before it, last first, and rejects with the failure. Stop and drain try every part, each with a
 * deadline; what fails or is late is logged, and stop then rejects with an AggregateError naming the parts.
 */
export function composeComponents(name: string, parts: readonly Component[], options: ComposeOptions = {}): Component {
  const { logger, stopStepMs = DEFAULT_STOP_STEP_MS, clock = systemClock() } = options;
  const reversed = parts.toReversed();
  const started: Component[] = [];

  async function start(signal: AbortSignal): Promise<void> {
    try {
      for (const part of parts) {
        signal.throwIfAborted();
        started.push(part);
        await part.start(signal);
        logger?.debug({ component: part.name }, 'component-started');
      }
    } catch (cause) {
      await stopAll(started.toReversed());
      throw cause;
    }
  }

  async function drain(deadlineMs: number): Promise<void> {
    const endsAt = clock.monotonic() + deadlineMs;
    for (const part of reversed) {
      if (part.drain === undefined || !started.includes(part)) continue;
      const leftMs = Math.max(0, endsAt - clock.monotonic());
      await attempt(part, 'drain', { work: part.drain(leftMs), deadlineMs: leftMs });
    }
  }

  async function stopAll(victims: readonly Component[]): Promise<unknown[]> {
    const faults: unknown[] = [];
    for (const part of victims) {
      const fault = await attempt(part, 'stop', { work: part.stop(), deadlineMs: stopStepMs });
      if (fault !== undefined) faults.push(fault);
    }
    return faults;
  }

  async function attempt(
    part: Component,
    step: 'drain' | 'stop',
    { work, deadlineMs }: { work: Promise<void>; deadlineMs: number },
  ): Promise<unknown> {
    try {
      await withDeadline(work, { what: `${step} of ${part.name}`, deadlineMs, clock });
      return undefined;
    } catch (err) {
      logger?.error({ err, component: part.name, step }, 'component-step-failed');
      return new Error(`${step} of ${part.name} failed`, { cause: err });
    }
  }

  async function stop(): Promise<void> {
    const faults = await stopAll(reversed);
    if (faults.length > 0) throw new AggregateError(faults, `${name} did not stop cleanly`);
  }

  return defineComponent({ name, start, drain, stop });
}
