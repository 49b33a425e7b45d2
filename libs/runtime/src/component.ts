/**
 * One part of a process that is started once and stopped once.
 *
 * `start` resolves when the part does its work, and rejects (leaving nothing behind) when it cannot; `signal` aborts a
 * start that is under way. `drain` finishes what was begun and takes nothing new, for at most `deadlineMs` from now.
 * `stop` ends everything, may be called twice and without a start, and leaves no timer, handle or loop.
 */
export interface Component extends AsyncDisposable {
  readonly name: string;
  start(signal: AbortSignal): Promise<void>;
  drain?(deadlineMs: number): Promise<void>;
  stop(): Promise<void>;
}

export interface ComponentSteps {
  readonly name: string;
  readonly start?: (signal: AbortSignal) => Promise<void> | void;
  readonly drain?: (deadlineMs: number) => Promise<void> | void;
  /** Runs at most once, also when start was never called or failed. */
  readonly stop?: () => Promise<void> | void;
}

/** Makes a {@link Component} of its steps. The second start rejects; every stop after the first shares its outcome. */
export function defineComponent(steps: ComponentSteps): Component {
  const { name, drain } = steps;
  let isStarted = false;
  let stopping: Promise<void> | undefined;

  async function start(signal: AbortSignal): Promise<void> {
    if (isStarted || stopping !== undefined) throw new Error(`${name} can be started only once`);
    signal.throwIfAborted();
    isStarted = true;
    await steps.start?.(signal);
  }

  function stop(): Promise<void> {
    stopping ??= (async () => steps.stop?.())();
    return stopping;
  }

  const component: Component = { name, start, stop, [Symbol.asyncDispose]: stop };
  if (drain === undefined) return component;
  return { ...component, drain: async (deadlineMs) => drain(deadlineMs) };
}
