import { addresseeKey } from '@longwire/domain';
import type { DeviceId, ExpressAck, Message, MessageId, MessageReport, UserId } from '@longwire/domain';
import { DueHeap } from './due-heap.ts';
import { waitAfterRound } from './retry-plan.ts';
import type { RetryPlan } from './retry-plan.ts';
import { TrackedMessage } from './tracked-message.ts';

export type AckOutcome = 'acked' | 'repeated' | 'unknown';

/** Reports of messages that ended before their ttl, kept until then: for repeats of the entry, late acks and questions. */
export const MAX_ENDED = 100_000;
/** A heap is cleared of void entries when it holds twice what still counts, and this. */
const VOID_ENTRIES = 1000;

/**
 * What a worker knows of the messages in the log: who has acked, who was sent what, what is due next. A pure state
 * machine: it is told what happens, at what time (wall clock), and asked what to do; it sends and reads nothing. Memory: open
 * messages whole, which the bounds of the log bound; of those that ended the last {@link MAX_ENDED} reports.
 */
export class Ledger {
  readonly #plan: RetryPlan;
  /** In the order of their positions: one that is carried moves to the end. */
  readonly #open = new Map<MessageId, TrackedMessage>();
  readonly #ended = new Map<MessageId, MessageReport>();
  /** Goes on where it was: a new walk would pass over all that was deleted before it, each time. */
  #oldestEnded = this.#ended.keys();
  readonly #byAddressee = new Map<string, Set<TrackedMessage>>();
  readonly #due = new DueHeap<TrackedMessage>();
  /** By id: one that ended is not to be held until its ttl is over, which may take days. */
  readonly #expiry = new DueHeap<MessageId>();
  #lastPosition = 0;
  #unacked = 0;

  constructor(plan: RetryPlan) {
    this.#plan = plan;
  }

  /** Messages that are followed. */
  get size(): number {
    return this.#open.size;
  }

  /** Messages that ended before their ttl and are remembered. */
  get ended(): number {
    return this.#ended.size;
  }

  /** Entries of what is due and of what ends, void ones included. */
  get planned(): number {
    return this.#due.size + this.#expiry.size;
  }

  /** Addressees that have not acked, over all messages. */
  get pendingDeliveries(): number {
    return this.#unacked;
  }

  get lastPosition(): number {
    return this.#lastPosition;
  }

  /** Takes up a message of the log, due at `nowMs`; one that is known is only noted at its new position. */
  add(message: Message, position: number, nowMs: number): 'added' | 'known' {
    // The log counts from 1 again: it was lost, and with it all that was in it.
    if (position < this.#lastPosition) for (const tracked of this.#open.values()) tracked.position = 0;
    this.#lastPosition = position;
    const known = this.#open.get(message.messageId);
    if (known !== undefined) {
      known.position = position;
      this.#open.delete(message.messageId);
      this.#open.set(message.messageId, known);
      return 'known';
    }
    if (this.#ended.has(message.messageId)) return 'known';
    const tracked = new TrackedMessage(message, position);
    this.#open.set(message.messageId, tracked);
    this.#unacked += tracked.targets;
    for (const key of tracked.addresseeKeys) {
      const listed = this.#byAddressee.get(key);
      if (listed === undefined) this.#byAddressee.set(key, new Set([tracked]));
      else listed.add(tracked);
    }
    this.#expiry.push(tracked.expiresAtMs, message.messageId);
    this.#schedule(tracked, nowMs);
    return 'added';
  }

  /** Also notes how far the log has been read. */
  readAcks(acks: readonly ExpressAck[], position: number): void {
    this.#lastPosition = Math.max(this.#lastPosition, position);
    for (const ack of acks) this.ack(ack);
  }

  /** An ack counts for the user and for the device that sent it. */
  ack(ack: ExpressAck): AckOutcome {
    const tracked = this.#open.get(ack.messageId);
    if (tracked === undefined) return this.#ended.has(ack.messageId) ? 'repeated' : 'unknown';
    let outcome: AckOutcome = 'unknown';
    for (const key of keysOf(ack.userId, ack.deviceId)) {
      const one = tracked.ack(key, ack);
      if (one === 'acked') this.#unacked -= 1;
      if (one === 'acked' || outcome === 'unknown') outcome = one;
    }
    return outcome;
  }

  /** Messages that are due, taken out until {@link endRound} or {@link putOff}; ends with the one that passes `limit` addressees. */
  takeDue(nowMs: number, limit: number): readonly TrackedMessage[] {
    const taken: TrackedMessage[] = [];
    let addressees = 0;
    while (addressees < limit) {
      const tracked = this.#due.popDue(nowMs);
      if (tracked === undefined) break;
      // A time that was changed since, or a message that has ended: another entry stands for it, or none.
      if (tracked.dueAtMs === undefined || tracked.dueAtMs > nowMs || !this.#isOpen(tracked)) continue;
      tracked.dueAtMs = undefined;
      if (tracked.expiresAtMs <= nowMs || (tracked.isSettled && !tracked.isForAll)) continue;
      taken.push(tracked);
      addressees += tracked.targets;
    }
    return taken;
  }

  /** A round was made: the next one is due by the plan, unless all is acked. */
  endRound(tracked: TrackedMessage, nowMs: number, isAbsent: boolean): void {
    tracked.rounds += 1;
    tracked.isForAll = false;
    if (!this.#isOpen(tracked) || tracked.isSettled || tracked.dueAtMs !== undefined) return;
    const waitMs = waitAfterRound(this.#plan, { rounds: tracked.rounds, isAbsent });
    if (waitMs !== undefined) this.#schedule(tracked, nowMs + waitMs);
  }

  /** The round could not be made; it is not counted. */
  putOff(tracked: TrackedMessage, untilMs: number): void {
    if (this.#isOpen(tracked) && tracked.dueAtMs === undefined) this.#schedule(tracked, untilMs);
  }

  /** What a connection that has just come has not acked, oldest first. */
  waitingFor(userId: UserId | null, deviceId: DeviceId): readonly TrackedMessage[] {
    const found = new Set<TrackedMessage>();
    for (const key of keysOf(userId, deviceId)) {
      for (const tracked of this.#byAddressee.get(key) ?? []) if (tracked.wants(key, deviceId)) found.add(tracked);
    }
    return [...found].toSorted((a, b) => a.message.acceptedAtMs - b.message.acceptedAtMs);
  }

  /** Somebody has come: the plan begins anew, at the earlier of its time and the given one. */
  restart(tracked: TrackedMessage, atMs: number): void {
    tracked.rounds = 0;
    if (tracked.dueAtMs === undefined || tracked.dueAtMs > atMs) this.#schedule(tracked, atMs);
  }

  /** Something may have been missed: everybody is looked up once more, spread over `spreadMs`. */
  recheck(nowMs: number, spreadMs: number): void {
    let index = 0;
    for (const tracked of this.#open.values()) {
      tracked.isForAll = true;
      this.restart(tracked, nowMs + (spreadMs * index) / Math.max(1, this.#open.size));
      index += 1;
    }
  }

  /** Ends what can reach nobody any more: the ttl is over, or all named devices have acked. */
  end(tracked: TrackedMessage, nowMs: number): MessageReport | undefined {
    const { messageId } = tracked.message;
    if (!this.#isOpen(tracked)) return undefined;
    this.#open.delete(messageId);
    this.#unacked -= tracked.targets - tracked.acked;
    for (const key of tracked.addresseeKeys) {
      const listed = this.#byAddressee.get(key);
      listed?.delete(tracked);
      if (listed?.size === 0) this.#byAddressee.delete(key);
    }
    const report = tracked.report(nowMs);
    this.#ended.set(messageId, report);
    this.#forgetEnded();
    this.#clear();
    return report;
  }

  /** Messages whose ttl is over, at most `limit`; each is told once. One that ended before has its report here. */
  takeExpired(nowMs: number, limit: number): readonly MessageReport[] {
    const reports: MessageReport[] = [];
    while (reports.length < limit) {
      const messageId = this.#expiry.popDue(nowMs);
      if (messageId === undefined) break;
      const tracked = this.#open.get(messageId);
      const report = tracked === undefined ? this.#ended.get(messageId) : this.end(tracked, nowMs);
      this.#ended.delete(messageId);
      if (report !== undefined) reports.push(report);
    }
    return reports;
  }

  find(messageId: MessageId): TrackedMessage | undefined {
    return this.#open.get(messageId);
  }

  report(messageId: MessageId, nowMs: number): MessageReport | undefined {
    return this.#open.get(messageId)?.report(nowMs) ?? this.#ended.get(messageId);
  }

  /** The message that lies first in the log; what lies before it can be trimmed. */
  oldest(): TrackedMessage | undefined {
    for (const tracked of this.#open.values()) return tracked;
    return undefined;
  }

  /** From the one that lies first in the log. */
  messages(): Iterable<TrackedMessage> {
    return this.#open.values();
  }

  #isOpen(tracked: TrackedMessage): boolean {
    return this.#open.get(tracked.message.messageId) === tracked;
  }

  #schedule(tracked: TrackedMessage, atMs: number): void {
    tracked.dueAtMs = atMs;
    this.#due.push(atMs, tracked);
    this.#clear();
  }

  #forgetEnded(): void {
    while (this.#ended.size > MAX_ENDED) {
      const oldest = this.#oldestEnded.next();
      if (oldest.done === true) this.#oldestEnded = this.#ended.keys();
      else this.#ended.delete(oldest.value);
    }
  }

  /** Lets go of what stands for nothing any more, once that is the larger part. */
  #clear(): void {
    const open = this.#open.size;
    if (this.#due.size > 2 * open + VOID_ENTRIES) {
      this.#due.retain((atMs, tracked) => tracked.dueAtMs === atMs && this.#isOpen(tracked));
    }
    if (this.#expiry.size > 2 * (open + this.#ended.size) + VOID_ENTRIES) {
      this.#expiry.retain((_atMs, id) => this.#open.has(id) || this.#ended.has(id));
    }
  }
}

/** Whom a connection stands for: its user, unless it is a guest's, and its device. */
export function keysOf(userId: UserId | null, deviceId: DeviceId): readonly string[] {
  const device = addresseeKey({ kind: 'device', id: deviceId });
  return userId === null ? [device] : [addresseeKey({ kind: 'user', id: userId }), device];
}
