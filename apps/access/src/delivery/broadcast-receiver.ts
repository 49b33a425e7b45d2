import type { Clock, Lane, ZoneId } from '@longwire/domain';
import { trustedId } from '@longwire/domain';
import { Broadcast } from '@longwire/protos/bus/v1';
import type { ConnectionTable } from '../connection/connection-table.ts';
import type { TraceSink } from '@longwire/vitals';
import type { AccessMetrics } from '../metrics.ts';
import type { FanOutTally } from '../room/fan-out.ts';
import type { Member } from '../room/room.ts';
import type { ZoneIndex } from '../room/zones.ts';
import { noteWritten, observeDelay } from './arrived.ts';
import { decodeOrNull } from './batch-receiver.ts';
import type { RecentMessages } from './dedup.ts';
import { EncodedBatch } from './encoded-batch.ts';
import type { Pacer } from './pacer.ts';

export interface BroadcastReceiverOptions {
  readonly table: ConnectionTable;
  readonly zones: ZoneIndex;
  readonly pacer: Pacer;
  readonly metrics: AccessMetrics;
  readonly clock: Clock;
  /** Messages for many that were written here, in either lane: one that is pushed again may come by another process. */
  readonly recent: RecentMessages;
  readonly traces: TraceSink;
}

/** Takes pushes to a zone or to all and writes each to whom it is for, once per connection, paced. Never throws. */
export class BroadcastReceiver {
  readonly #options: BroadcastReceiverOptions;

  constructor(options: BroadcastReceiverOptions) {
    this.#options = options;
  }

  onBroadcast(lane: Lane, payload: Uint8Array): void {
    const { metrics, pacer, clock, recent, traces } = this.#options;
    const broadcast = decodeOrNull(() => Broadcast.decode(payload));
    if (broadcast === null) {
      metrics.malformed.inc({ topic: 'broadcast' });
      return;
    }
    const isZone = broadcast.zoneId !== '';
    if (!recent.isNew(broadcast.messageId, clock.monotonic())) {
      metrics.copies.inc({ kind: isZone ? 'zone' : 'all' });
      return;
    }
    const members = isZone
      ? this.#options.zones.membersOf(trustedId<ZoneId>(broadcast.zoneId))
      : this.#openConnections();
    metrics.fanOuts.inc({ kind: isZone ? 'zone' : 'all' });
    if (members.length === 0) return;
    const { messageId, isTraced = false, acceptedAtMs } = broadcast;
    observeDelay(lane, acceptedAtMs, this.#options);
    const onWritten = (tally: FanOutTally): void => noteWritten(traces, [messageId], { lane, tally });
    const batch = EncodedBatch.of(broadcast.encodings, metrics.onRecoded);
    pacer.fanOut(lane, batch, members, isTraced ? onWritten : undefined);
  }

  #openConnections(): Member[] {
    return this.#options.table.connections.filter((connection) => connection.state === 'open');
  }
}
