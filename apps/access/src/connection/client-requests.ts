import type { Clock, MessageId } from '@longwire/domain';
import { CLOSE_CODES, encodeRefusal, OPERATION, parseClientFrame } from '@longwire/wire';
import type { ClientFrame, Frame } from '@longwire/wire';
import type { ResumeRequest } from '../resume/resumes.ts';
import type { Connection } from './connection.ts';
import type { Handshake } from './handshake.ts';
import type { Heartbeats } from './heartbeat.ts';
import type { RoomRequests } from './room-requests.ts';
import type { Uplinks } from './uplinks.ts';

/** Frames a client may send before it has the answer to its op 7; they are taken up after it. */
const MAX_DEFERRED = 32;

export interface ClientRequestsOptions {
  readonly handshake: Handshake;
  readonly heartbeats: Heartbeats;
  readonly roomRequests: RoomRequests;
  readonly uplinks: Uplinks;
  readonly clock: Clock;
  readonly maxFramesPerSec: number;
  readonly onAck: (connection: Connection, messageIds: readonly MessageId[]) => void;
  readonly onResume: (connection: Connection, request: ResumeRequest) => void;
  readonly onFrameIn: (kind: ClientFrame['kind']) => void;
}

/** Reads each frame a client sends and passes it to who answers it; closes what breaks the protocol. */
export class ClientRequests {
  readonly #options: ClientRequestsOptions;

  constructor(options: ClientRequestsOptions) {
    this.#options = options;
  }

  onFrame(connection: Connection, frame: Frame): void {
    if (this.#isTooFast(connection)) {
      connection.close('frameRateLimited');
      return;
    }
    switch (connection.state) {
      case 'new':
        if (frame.op === OPERATION.auth) this.#take(connection, frame);
        else connection.close('authRequired');
        return;
      case 'joining':
        this.#defer(connection, frame);
        return;
      case 'open':
        this.#take(connection, frame);
        return;
      case 'closed':
        return;
    }
  }

  #take(connection: Connection, frame: Frame): void {
    const outcome = parseClientFrame(frame);
    if (outcome.ok) this.#answer(connection, outcome.frame);
    else if (outcome.answer === 'reply') connection.send(encodeRefusal(outcome.refusal));
    else connection.close(outcome.error.name, `${CLOSE_CODES[outcome.error.name].sentence} (${outcome.error.detail})`);
  }

  #answer(connection: Connection, frame: ClientFrame): void {
    const { handshake, heartbeats, roomRequests, uplinks, clock, onAck, onResume, onFrameIn } = this.#options;
    onFrameIn(frame.kind);
    switch (frame.kind) {
      case 'heartbeat':
        heartbeats.answer(connection, frame.seq, clock.monotonic());
        return;
      case 'auth':
        if (connection.state === 'new') handshake.authenticate(connection, frame, () => this.#takeDeferred(connection));
        else connection.close('authRepeated');
        return;
      case 'changeRoom':
        roomRequests.change(connection, frame);
        return;
      case 'join':
        roomRequests.join(connection, frame);
        return;
      case 'leave':
        roomRequests.leave(connection, frame);
        return;
      case 'resume':
        onResume(connection, frame);
        return;
      case 'send':
        uplinks.send(connection, frame);
        return;
      case 'ack':
        onAck(connection, frame.messageIds);
        return;
    }
  }

  #defer(connection: Connection, frame: Frame): void {
    connection.deferred ??= [];
    if (connection.deferred.length >= MAX_DEFERRED) connection.close('frameRateLimited');
    // The body is lent for this call only.
    else connection.deferred.push({ ...frame, body: frame.body.slice() });
  }

  #takeDeferred(connection: Connection): void {
    const frames = connection.deferred ?? [];
    connection.deferred = null;
    for (const frame of frames) {
      if (connection.isClosed) return;
      this.#take(connection, frame);
    }
  }

  #isTooFast(connection: Connection): boolean {
    const second = Math.floor(this.#options.clock.monotonic() / 1000);
    if (connection.second !== second) {
      connection.second = second;
      connection.framesInSecond = 0;
    }
    connection.framesInSecond += 1;
    return connection.framesInSecond > this.#options.maxFramesPerSec;
  }
}
