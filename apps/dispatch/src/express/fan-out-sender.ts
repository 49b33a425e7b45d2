import { ENCODING_BITS } from '@longwire/domain';
import type { Bus, RoomId, ZoneId } from '@longwire/domain';
import { Broadcast, ExpressFrame } from '@longwire/protos/bus/v1';
import { asBuffer } from '@longwire/runtime';
import { frameOf } from './outgoing.ts';
import type { OutgoingMessage } from './outgoing.ts';

/**
 * Sends one express message to a room, a zone or all: alone, plain, at once, on the express bus, so that it never waits
 * behind bulk. Answers `unavailable` when the bus did not take it. Throws RangeError when the payload is no JSON object.
 */
export class FanOutSender {
  readonly #expressBus: Bus;

  constructor(expressBus: Bus) {
    this.#expressBus = expressBus;
  }

  toRoom(message: OutgoingMessage, roomId: RoomId): 'sent' | 'unavailable' {
    const { messageId, isTraced, acceptedAtMs } = message;
    const frame = asBuffer(frameOf(message));
    const payload = ExpressFrame.encode({ messageId, frame, isTraced, acceptedAtMs }).finish();
    return this.#expressBus.publish({ kind: 'room-batch', roomId }, payload);
  }

  /** `zoneId` null is everybody. */
  toZoneOrAll(message: OutgoingMessage, zoneId: ZoneId | null): 'sent' | 'unavailable' {
    const plain = { encoding: ENCODING_BITS.plain, frames: asBuffer(frameOf(message)) };
    const { messageId, isTraced, acceptedAtMs } = message;
    const broadcast = { messageId, zoneId: zoneId ?? '', encodings: [plain], isTraced, acceptedAtMs };
    const payload = Broadcast.encode(broadcast).finish();
    return this.#expressBus.publish({ kind: 'broadcast' }, payload);
  }
}
