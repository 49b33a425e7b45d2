import type { ConnectionId, DeviceId, ExpressAck, Message, MessageReport, NodeId } from '@longwire/domain';
import type { TraceSink } from '@longwire/vitals';

/** A connection that a message was sent to. */
export interface SentTo {
  readonly nodeId: NodeId;
  readonly connectionId: ConnectionId;
  readonly deviceId: DeviceId;
}

type Traced = Pick<Message, 'messageId' | 'lane'>;

/** Says where single messages stand: those that want an ack, always, and the others where that was asked for. */
export class ExpressTraces {
  readonly #sink: TraceSink;

  constructor(sink: TraceSink) {
    this.#sink = sink;
  }

  taken({ messageId, lane }: Traced): void {
    this.#sink.note({ messageId, lane, stage: 'taken' });
  }

  forwarded({ messageId, lane }: Traced): void {
    this.#sink.note({ messageId, lane, stage: 'forwarded' });
  }

  /** `attempt`: how many sends this process has made of the message, over all it is for. */
  sent({ messageId, lane }: Traced, attempt: number, connections: Iterable<SentTo>): void {
    for (const { nodeId, connectionId, deviceId } of connections) {
      this.#sink.note({
        messageId,
        lane,
        stage: 'sent',
        numbers: { attempt },
        texts: { deviceId, nodeId, connectionId },
      });
    }
  }

  acked({ messageId, userId, deviceId }: ExpressAck): void {
    const texts = { deviceId, ...(userId === null ? {} : { userId }) };
    this.#sink.note({ messageId, lane: 'express', stage: 'acked', texts });
  }

  expired({ messageId, targets, acked, attempts }: MessageReport): void {
    this.#sink.note({ messageId, lane: 'express', stage: 'expired', numbers: { targets, acked, attempts } });
  }
}
