import type { Clock, ConnectionId, MessageId, UserId } from '@longwire/domain';
import { trustedId } from '@longwire/domain';
import { Lane, NodeCommand } from '@longwire/protos/bus/v1';
import type { DirectDelivery, Kick, RoomDictionary } from '@longwire/protos/bus/v1';
import type { Connection } from '../connection/connection.ts';
import type { ConnectionTable } from '../connection/connection-table.ts';
import type { TraceSink } from '@longwire/vitals';
import type { AccessMetrics } from '../metrics.ts';
import { emptyTally, fanOutBulk, fanOutExpress } from '../room/fan-out.ts';
import { noteWritten, observeDelay } from './arrived.ts';
import { decodeOrNull } from './batch-receiver.ts';
import { CopyFilter } from './dedup.ts';
import type { CopyRules } from './dedup.ts';
import { EncodedBatch } from './encoded-batch.ts';
import { settleFanOut } from './fan-out-settler.ts';

export interface DirectReceiverOptions {
  readonly table: ConnectionTable;
  readonly metrics: AccessMetrics;
  readonly clock: Clock;
  readonly traces: TraceSink;
  readonly copyRules: CopyRules;
  /** A room's owner has found that this node lacks the room's dictionary. */
  readonly onDictionary: (dictionary: RoomDictionary) => void;
  /** Says again that the client has acked: somebody sends to whom it was not told, or who has lost it. */
  readonly ackAgain: (connection: Connection, messageId: MessageId) => void;
}

/**
 * Takes what is said to this node alone: messages for some of its connections, and kicks. Two workers send each message:
 * the second copy is dropped, and one that comes again later, because it was not acked, is written again. Never throws.
 */
export class DirectReceiver {
  readonly #options: DirectReceiverOptions;

  constructor(options: DirectReceiverOptions) {
    this.#options = options;
  }

  onCommand(payload: Uint8Array): void {
    const { metrics, onDictionary } = this.#options;
    const command = decodeOrNull(() => NodeCommand.decode(payload))?.command;
    if (command?.$case === 'direct') this.#deliver(command.value);
    else if (command?.$case === 'kick') this.#kick(command.value);
    else if (command?.$case === 'dictionary') onDictionary(command.value);
    else metrics.malformed.inc({ topic: 'node' });
  }

  #deliver(delivery: DirectDelivery): void {
    const { metrics } = this.#options;
    const found = this.#find(delivery.connectionIds);
    const missed = delivery.connectionIds.length - found.length;
    if (missed > 0) metrics.missedDeliveries.inc(missed);
    const members = found.filter((connection) => this.#isToWrite(connection, delivery));
    if (members.length === 0) return;
    const isExpress = delivery.lane === Lane.EXPRESS;
    const batch = EncodedBatch.ofPlain(delivery.frame, metrics.onRecoded);
    const tally = emptyTally();
    const write = isExpress ? fanOutExpress : fanOutBulk;
    write(batch, members, { start: 0, end: members.length }, tally);
    const lane = isExpress ? 'express' : 'bulk';
    observeDelay(lane, delivery.acceptedAtMs, this.#options);
    settleFanOut(tally, { lane, messages: 1 }, metrics);
    if (delivery.isTraced) noteWritten(this.#options.traces, [delivery.messageId], { lane, tally });
  }

  #isToWrite(connection: Connection, { messageId: text, isAckWanted }: DirectDelivery): boolean {
    const { metrics, clock, copyRules, ackAgain } = this.#options;
    const messageId = trustedId<MessageId>(text);
    connection.copies ??= new CopyFilter();
    const isLagging = connection.outbox.pendingBytes > 0;
    const verdict = connection.copies.judge(messageId, { isAckWanted, isLagging, nowMs: clock.monotonic() }, copyRules);
    if (verdict === 'write') return true;
    metrics.copies.inc({ kind: verdict === 'acked' ? 'acked' : 'direct' });
    if (verdict === 'acked') ackAgain(connection, messageId);
    return false;
  }

  #find(connectionIds: readonly string[]): Connection[] {
    const found: Connection[] = [];
    for (const id of connectionIds) {
      const connection = this.#options.table.find(trustedId<ConnectionId>(id));
      if (connection?.state === 'open') found.push(connection);
    }
    return found;
  }

  #kick({ userId, reason }: Kick): void {
    // A copy: each close takes the connection out of the user's list.
    for (const connection of this.#options.table.ofUser(trustedId<UserId>(userId)).slice()) {
      connection.close('kicked', reason === '' ? undefined : reason);
    }
  }
}
