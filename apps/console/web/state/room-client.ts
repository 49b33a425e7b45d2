import type { Client, SendOutcome } from '@longwire/client';

let current: Client | undefined;

/** The one client of this tab. */
export function roomClient(): Client | undefined {
  return current;
}

/** Closes the one before. */
export function setRoomClient(client: Client | undefined): void {
  current?.close();
  current = client;
}

/** Hands an object to the business; over a reconnect, too. */
export function send(data: object): Promise<SendOutcome> {
  const closed = { ok: false, id: '', why: 'closed', reason: 'not connected' } as const;
  return current?.send(data) ?? Promise.resolve(closed);
}
