/** Where a Longwire is and the key to it. */
export interface ApiAccess {
  readonly controlUrl: string;
  readonly serviceUrl: string;
  readonly apiKey: string;
}

export interface ApiAnswer<Body = Record<string, unknown>> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

export interface ConnectAnswer {
  readonly token: string;
  readonly expiresAt: number;
  readonly heartbeatMs: number;
  readonly listVersion: number;
  readonly nodes: readonly {
    readonly nodeId: string;
    readonly region: string;
    readonly ws: string;
    readonly tcp: string;
  }[];
}

/** The HTTP APIs as a business backend calls them. Answers are given back as they are: the test judges the status. */
export class Api {
  readonly #access: ApiAccess;

  constructor(access: ApiAccess) {
    this.#access = access;
  }

  /** The same doors with another key. */
  withKey(apiKey: string): Api {
    return new Api({ ...this.#access, apiKey });
  }

  get apiKey(): string {
    return this.#access.apiKey;
  }

  service(method: string, path: string, body?: unknown): Promise<ApiAnswer> {
    return this.#call(`${this.#access.serviceUrl}${path}`, method, body);
  }

  control(method: string, path: string, body?: unknown): Promise<ApiAnswer> {
    return this.#call(`${this.#access.controlUrl}${path}`, method, body);
  }

  push(request: unknown): Promise<ApiAnswer> {
    return this.service('POST', '/v1/push', request);
  }

  /** A push that must be taken: returns its messageId. */
  async mustPush(target: unknown, payload: unknown, rest: Record<string, unknown> = {}): Promise<string> {
    const answer = await this.push({ target, payload, ...rest });
    if (answer.status !== 202) throw new Error(`push gave ${answer.status}: ${JSON.stringify(answer.body)}`);
    return String(answer.body['messageId']);
  }

  /** A connect that must work. */
  async mustConnect(request: Record<string, unknown>): Promise<ConnectAnswer> {
    const answer = await this.control('POST', '/v1/connect', request);
    if (answer.status !== 200) throw new Error(`connect gave ${answer.status}: ${JSON.stringify(answer.body)}`);
    return answer.body as unknown as ConnectAnswer;
  }

  /** Opens `GET /v1/events`; ends with the signal. */
  events(types: string, options: { signal: AbortSignal; lastEventId?: string }): Promise<Response> {
    const headers: Record<string, string> = { authorization: `Bearer ${this.#access.apiKey}` };
    if (options.lastEventId !== undefined) headers['last-event-id'] = options.lastEventId;
    return fetch(`${this.#access.serviceUrl}/v1/events?types=${types}`, { headers, signal: options.signal });
  }

  async #call(url: string, method: string, body: unknown): Promise<ApiAnswer> {
    const headers: Record<string, string> = { authorization: `Bearer ${this.#access.apiKey}` };
    if (body !== undefined) headers['content-type'] = 'application/json';
    const init = { method, headers, signal: AbortSignal.timeout(15_000) };
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const response = await fetch(url, body === undefined ? init : { ...init, body: text });
    const answer = await response.text();
    return { status: response.status, headers: response.headers, body: parseAnswer(answer) };
  }
}

function parseAnswer(text: string): Record<string, unknown> {
  if (text === '') return {};
  const value: unknown = JSON.parse(text);
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : { value };
}
