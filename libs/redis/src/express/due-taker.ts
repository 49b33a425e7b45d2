import type { PendingDelivery } from '@longwire/domain';
import { createBucketRound, EXPRESS_BUCKETS } from '../bucket.ts';
import { dueKey, expressBucketOf, messageKey, pendingKey, triesKey } from '../keys.ts';
import { luaScript } from '../lua-script.ts';
import type { RedisCommands } from '../redis-commands.ts';
import { decodeAddressee, decodeMessage, splitMember } from './message-codec.ts';

const takeDue = luaScript('take-due');
const readTaken = luaScript('read-taken');
const settleDeliveries = luaScript('settle-deliveries');

interface Taken {
  readonly member: string;
  readonly addressee: string;
  readonly attempts: number;
}

/**
 * Takes due deliveries bucket by bucket, then reads their messages. A worker that dies in between has put its deliveries off:
 * they come due again after the delay.
 */
export class DueTaker {
  readonly #commands: RedisCommands;
  readonly #nextRound = createBucketRound(EXPRESS_BUCKETS);

  constructor(commands: RedisCommands) {
    this.#commands = commands;
  }

  async take(limit: number, delays: readonly number[]): Promise<readonly PendingDelivery[]> {
    const round = this.#nextRound();
    const waiting = await Promise.all(round.map((bucket) => this.#commands.call('ZCARD', dueKey(bucket))));
    const members: Taken[] = [];
    for (const [index, bucket] of round.entries()) {
      if (waiting[index] === 0) continue;
      if (members.length >= limit) break;
      const args = [limit - members.length, ...delays];
      members.push(...decodeTaken(await this.#commands.script(takeDue, [dueKey(bucket), triesKey(bucket)], args)));
    }
    const perMessage = Map.groupBy(members, ({ member }) => splitMember(member)[0]);
    return (await Promise.all([...perMessage].map(([id, taken]) => this.#read(id, taken)))).flat();
  }

  async #read(messageId: string, taken: readonly Taken[]): Promise<readonly PendingDelivery[]> {
    const reply = await this.#commands.scriptBytes(readTaken, [messageKey(messageId)], [taken.length]);
    if (reply === null) {
      await this.#settle(messageId, taken);
      return [];
    }
    const [head, payload] = reply as [Buffer, Buffer];
    const message = decodeMessage(head, payload);
    return taken.map(({ addressee, attempts }) => ({ message, addressee: decodeAddressee(addressee), attempts }));
  }

  async #settle(messageId: string, taken: readonly Taken[]): Promise<void> {
    const bucket = expressBucketOf(messageId);
    const members = taken.map(({ member }) => member);
    await Promise.all([
      this.#commands.script(settleDeliveries, [dueKey(bucket), triesKey(bucket)], members),
      ...taken.map(({ addressee }) => this.#commands.call('ZREM', pendingKey(addressee), messageId)),
    ]);
  }
}

/** Reads pairs of member and attempts. */
function decodeTaken(reply: unknown): readonly Taken[] {
  const fields = reply as (string | number)[];
  return fields.flatMap((member, index) => {
    if (index % 2 === 1) return [];
    const text = String(member);
    return [{ member: text, addressee: splitMember(text)[1], attempts: Number(fields[index + 1]) }];
  });
}
