import { trustedId } from '@longwire/domain';
import type { Message, Target } from '@longwire/domain';
import { AckBatch, ArrivalBatch, MessageStatusQuery, MessageStatusReply } from '@longwire/protos/bus/v1';
import { ASK_MS, messageId, PAYLOAD } from './harness.ts';
import type { World } from './harness.ts';

const toUser: Target = { kind: 'user', userIds: [trustedId('42')] };
let nextBatch = 0;

/** A message to user 42 that wants an ack, accepted now. */
export function stored(world: World, more: Partial<Message> = {}): Message {
  return {
    messageId: messageId('s1'),
    target: toUser,
    payload: PAYLOAD,
    lane: 'express',
    isAckWanted: true,
    ttlMs: 60_000,
    acceptedAtMs: world.clock.now(),
    ...more,
  };
}

/** Lets all that is under way happen, without time passing. */
export async function settleAll(world: World): Promise<void> {
  for (let turn = 0; turn < 6; turn += 1) await world.clock.advanceAsync(0);
}

/** Stores a message as service does. */
export async function pushStored(world: World, message: Message): Promise<void> {
  const appending = world.log.append(message);
  await settleAll(world);
  await appending;
  await settleAll(world);
}

/** What an access node passes on when clients ack. */
export async function ack(world: World, ids: readonly string[], userId = '42', deviceId = 'd1'): Promise<void> {
  nextBatch += 1;
  const batch = { acks: [{ messageIds: [...ids], userId, deviceId }], batchId: `b${nextBatch}` };
  world.expressBus.publish({ kind: 'acks' }, AckBatch.encode(batch).finish());
  await settleAll(world);
}

/** What an access node says of a connection that has just authenticated. */
export async function arrive(
  world: World,
  connectionId: string,
  { nodeId = 'access-2', userId = '42', deviceId = 'd1' }: { nodeId?: string; userId?: string; deviceId?: string } = {},
): Promise<void> {
  const batch = { nodeId, arrivals: [{ connectionId, userId, deviceId }] };
  world.expressBus.publish({ kind: 'arrivals' }, ArrivalBatch.encode(batch).finish());
  await settleAll(world);
}

/** Asks the workers as service does: `pending 0/1 #3` (acked, targets, attempts), or undefined when none knows it. */
export async function statusOf(world: World, id: string): Promise<string | undefined> {
  const query = MessageStatusQuery.encode({ messageId: id }).finish();
  const asking = world.expressBus.request({ kind: 'message-status' }, query, ASK_MS);
  await world.clock.advanceAsync(350);
  const outcome = await asking;
  if (!outcome.ok) return undefined;
  const { isKnown, isOver, targets, acked, attempts } = MessageStatusReply.decode(outcome.payload);
  const open = isOver ? 'expired' : 'pending';
  return isKnown ? `${acked === targets ? 'delivered' : open} ${acked}/${targets} #${attempts}` : undefined;
}
