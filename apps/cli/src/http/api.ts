import type { Endpoint } from '../endpoint/endpoint.ts';
import { errorOf, notJson, unreachable } from './problem.ts';

export interface CallOptions {
  /** What fails when it fails: `drain access-1`. */
  readonly what: string;
  readonly body?: object;
}

const TIMEOUT_MS = 15_000;

/** One tier's HTTP API. */
export class Api {
  readonly endpoint: Endpoint;
  readonly #signal: AbortSignal;

  constructor(endpoint: Endpoint, signal: AbortSignal) {
    this.endpoint = endpoint;
    this.#signal = signal;
  }

  get<Answer>(path: string, what: string): Promise<Answer> {
    return this.call<Answer>('GET', path, { what });
  }

  /** The JSON of a 2xx answer, undefined when it has none; throws a CliError otherwise. */
  async call<Answer>(method: string, path: string, { what, body }: CallOptions): Promise<Answer> {
    const signal = AbortSignal.any([this.#signal, AbortSignal.timeout(TIMEOUT_MS)]);
    const response = await this.#fetch(what, path, { method, signal, ...(body && { body: JSON.stringify(body) }) });
    const text = await response.text().catch((cause: unknown) => this.#lost(what, cause));
    if (text === '') return undefined as Answer;
    try {
      return JSON.parse(text) as Answer;
    } catch (cause) {
      throw notJson(what, cause, this.endpoint);
    }
  }

  /** The body of a stream, read until the signal. */
  async open(
    path: string,
    what: string,
    headers: Readonly<Record<string, string>>,
  ): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
    const { body } = await this.#fetch(what, path, { method: 'GET', signal: this.#signal, headers });
    return body ?? new ReadableStream();
  }

  async #fetch(what: string, path: string, init: RequestInit): Promise<Response> {
    const { endpoint } = this;
    const headers = {
      authorization: `Bearer ${endpoint.apiKey}`,
      ...(init.body !== undefined && { 'content-type': 'application/json' }),
      ...(init.headers as Record<string, string>),
    };
    const response = await fetch(`${endpoint.url}${path}`, { ...init, headers }).catch((cause: unknown) =>
      this.#lost(what, cause),
    );
    if (!response.ok) throw await errorOf(what, response, endpoint);
    return response;
  }

  #lost(what: string, cause: unknown): never {
    this.#signal.throwIfAborted();
    throw unreachable(what, cause, this.endpoint);
  }
}

/** A piece of a path: what was typed cannot reach another path. */
export function segment(text: string): string {
  return encodeURIComponent(text);
}
