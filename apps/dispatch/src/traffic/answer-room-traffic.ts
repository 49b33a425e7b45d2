import type { RoomHistories, RoomId } from '@longwire/domain';
import { trustedId } from '@longwire/domain';
import { RoomTrafficReply, RoomTrafficRequest } from '@longwire/protos/bus/v1';
import type { RoomTraffic } from '@longwire/protos/bus/v1';
import type { SentBatch } from '../history/room-past.ts';
import type { RoomPositions } from '../partition/room-positions.ts';
import type { RoomRates } from './room-rates.ts';

/** Rooms told about in one answer; what is asked beyond is left out. */
export const MAX_ASKED_ROOMS = 200;

/** What a process knows of the traffic of its rooms, and how it is called. */
export interface TrafficSource {
  readonly owner: string;
  readonly windowMs: number;
  readonly rates: RoomRates;
}

export interface TrafficPorts extends TrafficSource {
  readonly positions: RoomPositions;
  readonly histories: RoomHistories<SentBatch>;
  readonly isHeld: boolean;
}

/** The answer to one RoomTrafficRequest. Throws when the bytes are none. */
export function answerRoomTraffic(payload: Uint8Array, ports: TrafficPorts): Uint8Array {
  const { roomIds } = RoomTrafficRequest.decode(payload);
  const { owner, windowMs, isHeld } = ports;
  const rooms = isHeld ? roomIds.slice(0, MAX_ASKED_ROOMS).map((id) => trafficOf(trustedId<RoomId>(id), ports)) : [];
  return RoomTrafficReply.encode({ isKnown: isHeld, owner, windowMs, rooms }).finish();
}

function trafficOf(roomId: RoomId, { positions, histories, rates }: TrafficPorts): RoomTraffic {
  const { epoch, seq } = positions.sentOf(roomId);
  const firstSeq = histories.firstSeqOf(roomId, epoch);
  const { messagesPerSec, batchesPerSec, shed } = rates.of(roomId);
  return {
    roomId,
    roomEpoch: epoch,
    seq,
    messagesPerSec,
    batchesPerSec,
    historyMessages: firstSeq === 0 ? 0 : Math.max(0, seq - firstSeq + 1),
    shed: Object.fromEntries(shed),
  };
}
