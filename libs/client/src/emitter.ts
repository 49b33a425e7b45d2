/** Calls listeners by the name of what happened. A listener that throws stops no other; its error goes to the platform. */
export class Emitter<Events extends object> {
  readonly #listeners = new Set<readonly [keyof Events, (value: never) => void]>();

  /** Adds a listener; returns how to remove it. */
  on<Name extends keyof Events>(name: Name, listener: (value: Events[Name]) => void): () => void {
    const entry = [name, listener] as const;
    this.#listeners.add(entry);
    return () => void this.#listeners.delete(entry);
  }

  /** False when nobody listens. */
  emit<Name extends keyof Events>(name: Name, value: Events[Name]): boolean {
    let isHeard = false;
    for (const [wanted, listener] of this.#listeners) {
      if (wanted !== name) continue;
      isHeard = true;
      try {
        (listener as (value: Events[Name]) => void)(value);
      } catch (error) {
        throwLater(error);
      }
    }
    return isHeard;
  }
}

/** Hands an error to the platform, as an event target does with those of its listeners. */
export function throwLater(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
