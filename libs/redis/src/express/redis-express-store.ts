import { addresseeKey, addresseesOf, AppError, MAX_TTL_MS } from '@longwire/domain';
import type {
  Addressee,
  ExpressStore,
  Message,
  MessageId,
  MessageReport,
  MessageStatus,
  PendingDelivery,
} from '@longwire/domain';
import { dueKey, expressBucketOf, messageKey, pendingKey, triesKey } from '../keys.ts';
import { luaScript } from '../lua-script.ts';
import type { RedisConnection } from '../redis-connection.ts';
import { DueTaker } from './due-taker.ts';
import { decodeMessage, deliveryMember, encodeHead } from './message-codec.ts';
import { PendingCount } from './pending-count.ts';
import { retryDelays } from './retry-delays.ts';

const addMessage = luaScript('add-message');
const ackMessage = luaScript('ack-message');
const takePending = luaScript('take-pending');
const reportMessage = luaScript('report-message');

const KEEP_REPORT_MS = 24 * 3600_000;
const RETRY_AFTER_MS = 1000;

export interface RedisExpressStoreOptions {
  /**
   * Deliveries pending at once beyond which `add` rejects with `overloaded`; default 1,000,000. Several processes may go
   * beyond it by what they add within 200 ms.
   */
  readonly maxPending?: number;
}

/**
 * An ExpressStore in Redis. The message and its due times, in one bucket by message id, are the truth and change together;
 * what waits for an addressee is an index beside it, in another bucket, and is repaired when it is read.
 * What `add` resolved for is as durable as Redis is set to: see the README.
 */
export function createRedisExpressStore(
  { commands }: RedisConnection,
  { maxPending = 1_000_000 }: RedisExpressStoreOptions = {},
): ExpressStore {
  const pending = new PendingCount(commands);
  const dueTaker = new DueTaker(commands);

  const takeOne = async (
    messageId: string,
    addressee: Addressee,
    delays: readonly number[],
  ): Promise<PendingDelivery | undefined> => {
    const key = addresseeKey(addressee);
    const member = deliveryMember(messageId, key);
    const taken = await commands.scriptBytes(takePending, deliveryKeys(messageId), [member, ...delays]);
    if (taken === null) {
      await commands.call('ZREM', pendingKey(key), messageId);
      return undefined;
    }
    const [head, payload, attempts] = taken as [Buffer, Buffer, number];
    return { message: decodeMessage(head, payload), addressee, attempts };
  };

  return {
    async add(message) {
      const keys = addresseesToStore(message).map(addresseeKey);
      if (!(await pending.reserve(keys.length, maxPending))) {
        throw new AppError('overloaded', 'Too many messages wait for an ack', { retryAfterMs: RETRY_AFTER_MS });
      }
      const { messageId, payload, ttlMs, acceptedAtMs } = message;
      const args = [messageId, encodeHead(message), Buffer.from(payload), ttlMs, KEEP_REPORT_MS, ...keys];
      const isNew = (await commands.script(addMessage, deliveryKeys(messageId).slice(0, 2), args)) === 1;
      if (!isNew) return;
      await Promise.all(
        keys.flatMap((key) => [
          commands.call('ZADD', pendingKey(key), acceptedAtMs, messageId),
          commands.call('PEXPIRE', pendingKey(key), MAX_TTL_MS),
        ]),
      );
    },
    async ack(messageId, addressees) {
      const keys = addressees.map(addresseeKey);
      const outcome = await commands.script(ackMessage, deliveryKeys(messageId), [messageId, ...keys]);
      if (outcome === 'acked') await Promise.all(keys.map((key) => commands.call('ZREM', pendingKey(key), messageId)));
      return outcome as 'acked' | 'repeated' | 'unknown';
    },
    takeDue: (limit, retryDelayMs) => dueTaker.take(limit, retryDelays(retryDelayMs)),
    async takePendingOf(addressees, limit, retryDelayMs) {
      const waiting = await Promise.all(
        addressees.map(async (addressee) => {
          const range = ['0', limit - 1, 'WITHSCORES'];
          return decodeWaiting(addressee, await commands.call('ZRANGE', pendingKey(addresseeKey(addressee)), ...range));
        }),
      );
      const oldest = waiting.flat().toSorted((a, b) => a.acceptedAtMs - b.acceptedAtMs);
      const delays = retryDelays(retryDelayMs);
      const taken = await Promise.all(
        oldest.slice(0, limit).map(({ messageId, addressee }) => takeOne(messageId, addressee, delays)),
      );
      return taken.filter((delivery) => delivery !== undefined);
    },
    async report(messageId) {
      const reply = await commands.script(reportMessage, [messageKey(messageId)]);
      return reply === null ? undefined : decodeReport(messageId, reply as number[]);
    },
    pendingCount: () => pending.count(),
  };
}

/** Keys of a message's bucket, in the order the scripts take them. */
function deliveryKeys(messageId: string): readonly string[] {
  const bucket = expressBucketOf(messageId);
  return [messageKey(messageId), dueKey(bucket), triesKey(bucket)];
}

function addresseesToStore({ target }: Message): readonly Addressee[] {
  if (target.kind === 'user' || target.kind === 'device') return addresseesOf(target);
  throw new AppError('invalid-request', 'Only messages to users or devices can be acked', { field: 'ack' });
}

/** Reads `ZRANGE ... WITHSCORES`. */
function decodeWaiting(addressee: Addressee, reply: unknown) {
  const fields = reply as string[];
  return fields.flatMap((messageId, index) =>
    index % 2 === 0 ? [{ messageId, addressee, acceptedAtMs: Number(fields[index + 1]) }] : [],
  );
}

function decodeReport(
  messageId: MessageId,
  [targets = 0, acked = 0, attempts = 0, isOver = 0]: number[],
): MessageReport {
  let status: MessageStatus = isOver === 1 ? 'expired' : 'pending';
  if (acked === targets) status = 'delivered';
  return { messageId, status, targets, acked, attempts };
}
