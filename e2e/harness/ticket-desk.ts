import type { Api, ConnectAnswer } from './api.ts';

export type TicketChange = (answer: ConnectAnswer) => ConnectAnswer;

/** The business backend of clients under test: asks control for their tickets, and hands them on as a test wants them. */
export class TicketDesk {
  readonly #api: Api;
  readonly #changes = new Map<string, TicketChange>();
  readonly #given = new Map<string, ConnectAnswer[]>();

  constructor(api: Api) {
    this.#api = api;
  }

  /** How many tickets this user got. */
  givenTo(userId: string): number {
    return this.#given.get(userId)?.length ?? 0;
  }

  /** When this user's last token expires, by the server's clock. */
  expiresAt(userId: string): number {
    return this.#given.get(userId)?.at(-1)?.expiresAt ?? 0;
  }

  /** What this user gets from now on. */
  change(userId: string, change: TicketChange): void {
    this.#changes.set(userId, change);
  }

  async give(body: Record<string, unknown>): Promise<ConnectAnswer> {
    const userId = String(body['userId']);
    const answer = await this.#api.mustConnect(body);
    this.#given.set(userId, [...(this.#given.get(userId) ?? []), answer]);
    return this.#changes.get(userId)?.(answer) ?? answer;
  }
}
