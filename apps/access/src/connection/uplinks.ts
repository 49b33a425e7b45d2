import type { Clock, UplinkEvent } from '@longwire/domain';
import { GUEST_USER_ID } from '@longwire/domain';
import { encodeRefusal, encodeSendReply, OPERATION, REPLY_CODES } from '@longwire/wire';
import type { ClientFrame } from '@longwire/wire';
import type { Connection } from './connection.ts';
import { MAX_PENDING_REQUESTS } from './room-requests.ts';

type SendRequest = Extract<ClientFrame, { kind: 'send' }>;

export interface UplinksOptions {
  readonly clock: Clock;
  /** Passes the event on; the outcome is told once. */
  readonly submit: (uplink: { event: UplinkEvent; onOutcome: (isApplied: boolean) => void }) => void;
  readonly onResult: (result: 'applied' | 'refused' | 'limited') => void;
}

/** Op 18: what a client says to the business. Answered with 0 when logic has stored it, with -503 when it has not. */
export class Uplinks {
  readonly #options: UplinksOptions;

  constructor(options: UplinksOptions) {
    this.#options = options;
  }

  send(connection: Connection, request: SendRequest): void {
    const { submit, onResult } = this.#options;
    const { seq, id } = request;
    if (connection.pendingRequests >= MAX_PENDING_REQUESTS) {
      onResult('limited');
      const reason = 'too many requests wait for their answer';
      connection.send(encodeRefusal({ op: OPERATION.sendReply, seq, code: REPLY_CODES.limited.code, reason }));
      return;
    }
    connection.pendingRequests += 1;
    submit({
      event: this.#toEvent(connection, request),
      onOutcome: (isApplied) => {
        connection.pendingRequests -= 1;
        onResult(isApplied ? 'applied' : 'refused');
        const code = isApplied ? REPLY_CODES.ok.code : REPLY_CODES.unavailable.code;
        connection.send(encodeSendReply({ seq, code, id }));
      },
    });
  }

  /** A client that sends the same id again on this connection, for want of an answer, repeats the event's id too. */
  #toEvent(connection: Connection, { id, data }: SendRequest): UplinkEvent {
    return {
      type: 'uplink',
      eventId: `${connection.connectionId}/${id}`,
      userId: connection.userId ?? GUEST_USER_ID,
      deviceId: connection.deviceId,
      connectionId: connection.connectionId,
      rooms: connection.rooms.map((room) => room.roomId),
      data,
      at: this.#options.clock.now(),
    };
  }
}
