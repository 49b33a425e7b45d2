/** True, or the reason why not, fit for an operator. */
export type HealthCheck = () => true | string;

export interface Readiness {
  readonly ready: boolean;
  /** `name: why` for each thing that is missing; empty when ready. */
  readonly reasons: readonly string[];
}

/** Whether this process should get work: after its start, while every check holds, until it is told to stop. */
export interface Health {
  /** Adds a check, asked at each look; returns how to take it back. A name can be taken once. */
  register(name: string, check: HealthCheck): () => void;
  isReady(): Readiness;
  setStarted(): void;
  /** From here on never ready again. */
  setStopping(): void;
}

/** Not ready until `setStarted` was called and every registered check is true. A check that throws is a reason. */
export function createHealth(): Health {
  const checks = new Map<string, HealthCheck>();
  let phase: 'starting' | 'started' | 'stopping' = 'starting';

  function reasons(): string[] {
    const found = phase === 'started' ? [] : [`process: ${phase}`];
    for (const [name, check] of checks) {
      const verdict = ask(check);
      if (verdict !== true) found.push(`${name}: ${verdict}`);
    }
    return found;
  }

  return {
    register(name, check) {
      if (checks.has(name)) throw new Error(`health check ${name} is registered twice`);
      checks.set(name, check);
      return () => {
        if (checks.get(name) === check) checks.delete(name);
      };
    },
    isReady() {
      const found = reasons();
      return { ready: found.length === 0, reasons: found };
    },
    setStarted() {
      if (phase === 'starting') phase = 'started';
    },
    setStopping() {
      phase = 'stopping';
    },
  };
}

function ask(check: HealthCheck): true | string {
  try {
    return check();
  } catch (caught) {
    return `the check failed (${caught instanceof Error ? caught.message : String(caught)})`;
  }
}
