/** What a parser says about one text: the value, or what is wrong with it (`must be ...`). */
export type ParseOutcome<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string };

export interface ParseContext {
  /** Added to every port. */
  readonly portOffset: number;
}

/** One knob: how its text is read and what the docs say of it. Made by the builders only. */
export interface Setting<T> {
  /** Kind of text as the docs name it: `duration`, `port`, `one of json, pretty`. */
  readonly type: string;
  /** One sentence. */
  readonly about: string;
  /** Text of the default; null when the default is "none" (the value null); undefined when the setting is required. */
  readonly defaultText: string | null | undefined;
  /** Range as the docs show it, `1s - 10m`; empty when there is none. */
  readonly range: string;
  readonly isSecret: boolean;
  /** Full name of the environment variable, where it is not prefix + key. */
  readonly env: string | undefined;
  readonly parse: (text: string, context: ParseContext) => ParseOutcome<T>;
}

export function parsed<T>(value: T): ParseOutcome<T> {
  return { ok: true, value };
}

export function refused(problem: string): ParseOutcome<never> {
  return { ok: false, problem };
}
