import { brotliCompressSync } from 'node:zlib';
import {
  BODY_VER,
  encodeAuthReply,
  encodeHeartbeatReply,
  encodeMessageFrame,
  encodeMessageFrames,
  encodeResumeReply,
  encodeRoomReply,
  encodeSendReply,
  wrapCompressed,
} from '@longwire/wire';
import type { ClientFrame } from '@longwire/wire';
import type { Transport } from '../src/connection/transport.ts';
import { FakeLine } from './fake-line.ts';

interface RoomLog {
  epoch: number;
  seq: number;
  /** What can be replayed. */
  kept: { seq: number; body: Uint8Array }[];
}

/** How a node of the fake cluster treats a dial. `hangs`: says nothing. */
export type NodeManner = 'accepts' | 'refuses' | 'hangs';

const encoder = new TextEncoder();

/** The access tier as a client sees it, in memory and without time: nodes, rooms with a history, express messages. */
export class FakeCluster {
  readonly lines: FakeLine[] = [];
  readonly dials: string[] = [];
  readonly manners = new Map<string, NodeManner>();
  readonly rooms = new Map<string, RoomLog>();
  readonly unacked = new Map<string, object>();
  readonly acked: string[] = [];
  readonly uplinks: { id: string; data: unknown }[] = [];
  /** Answers op 7 with this close code instead. */
  refuseAuth: number | undefined;
  /** Answers op 18, or op 14, with these codes, then with 0. */
  refuseSends: number[] = [];
  refuseJoins: number[] = [];
  resumeAnswers: 'history' | 'none' | 'unknown' | 'silence' = 'history';
  answersHeartbeats = true;
  isCompressed = false;
  /** Loses live room messages: they are in the history only. */
  dropsLive: (line: FakeLine, seq: number) => boolean = () => false;

  readonly transport: Transport = {
    addressOf: ({ ws }) => ws,
    open: (address, events) => {
      this.dials.push(address);
      const manner = this.manners.get(address) ?? 'accepts';
      const line = new FakeLine(address, events, (from, frame) => this.#answer(from, frame));
      if (manner === 'refuses') queueMicrotask(() => line.end());
      if (manner === 'accepts') queueMicrotask(() => line.open());
      this.lines.push(line);
      return line;
    },
  };

  /** A ticket for nodes of these ids, whose address is their id. */
  ticket(nodeIds: readonly string[] = ['a', 'b'], rest: object = {}): object {
    const nodes = nodeIds.map((nodeId) => ({ nodeId, region: 'r', ws: nodeId, tcp: '' }));
    return { token: 'TOKEN', expiresAt: Number.MAX_SAFE_INTEGER, heartbeatMs: 30_000, listVersion: 1, nodes, ...rest };
  }

  /** The open line the client uses now. */
  get line(): FakeLine {
    const line = this.lines.findLast(({ isClosed }) => !isClosed);
    if (line === undefined) throw new Error('no line is open');
    return line;
  }

  room(roomId: string): RoomLog {
    const room = this.rooms.get(roomId) ?? { epoch: 1, seq: 0, kept: [] };
    this.rooms.set(roomId, room);
    return room;
  }

  pushToRoom(roomId: string, payload: object): void {
    const room = this.room(roomId);
    room.seq += 1;
    const lw = { room: roomId, seq: room.seq, epoch: room.epoch };
    const body = encoder.encode(JSON.stringify({ cmd: 'SAY', ...payload, lw }));
    room.kept.push({ seq: room.seq, body });
    for (const line of this.lines) {
      if (line.rooms.has(roomId) && !this.dropsLive(line, room.seq)) line.receive(this.frame([body]));
    }
  }

  pushExpress(id: string, payload: object): void {
    this.unacked.set(id, { cmd: 'INVITE', ...payload, lw: { id, ack: true } });
    this.sendExpress(id);
  }

  /** Sends a copy of what is not acked. */
  sendExpress(id: string): void {
    const message = this.unacked.get(id);
    if (message === undefined) return;
    for (const line of this.lines) line.receive(encodeMessageFrame(encoder.encode(JSON.stringify(message))));
  }

  frame(bodies: readonly Uint8Array[]): Uint8Array {
    const plain = encodeMessageFrames(bodies);
    return this.isCompressed ? wrapCompressed(BODY_VER.brotli, brotliCompressSync(plain)) : plain;
  }

  #answer(line: FakeLine, frame: ClientFrame): void {
    const { seq } = frame;
    switch (frame.kind) {
      case 'auth':
        if (this.refuseAuth !== undefined) {
          line.receive(encodeAuthReply({ seq, code: -101 }));
          return line.end(this.refuseAuth);
        }
        if (frame.roomId !== null) line.rooms.add(frame.roomId);
        line.receive(encodeAuthReply({ seq, code: 0 }));
        for (const id of this.unacked.keys()) this.sendExpress(id);
        return;
      case 'heartbeat':
        if (this.answersHeartbeats) line.receive(encodeHeartbeatReply({ seq, online: 7 }));
        return;
      case 'join': {
        const code = this.refuseJoins.shift() ?? 0;
        if (code === 0) line.rooms.add(frame.roomId);
        return line.receive(encodeRoomReply({ op: 15, seq, code: code as 0, roomId: frame.roomId, online: 7 }));
      }
      case 'leave':
        line.rooms.delete(frame.roomId);
        return line.receive(encodeRoomReply({ op: 17, seq, code: 0, roomId: frame.roomId, online: 6 }));
      case 'ack':
        for (const id of frame.messageIds) {
          this.acked.push(id);
          this.unacked.delete(id);
        }
        return;
      case 'send': {
        const code = this.refuseSends.shift() ?? 0;
        this.uplinks.push({ id: frame.id, data: frame.data });
        return line.receive(encodeSendReply({ seq, code: code as 0, id: frame.id }));
      }
      case 'resume':
        return this.#resume(line, frame);
      default:
    }
  }

  #resume(line: FakeLine, { seq, roomId, epoch, roomSeq }: Extract<ClientFrame, { kind: 'resume' }>): void {
    const room = this.room(roomId);
    const reply = (recovered: boolean, at: { epoch: number; seq: number }): void =>
      line.receive(encodeResumeReply({ seq, code: 0, recovered, epoch: at.epoch, roomSeq: at.seq }));
    if (this.resumeAnswers === 'silence') return;
    if (this.resumeAnswers === 'unknown') return reply(false, { epoch: 0, seq: 0 });
    const missed = room.kept.filter((message) => message.seq > roomSeq);
    const isWhole = epoch === room.epoch && missed.length === room.seq - roomSeq;
    if (this.resumeAnswers === 'none' || !isWhole) return reply(false, room);
    reply(true, room);
    if (missed.length > 0) line.receive(this.frame(missed.map(({ body }) => body)));
  }
}
