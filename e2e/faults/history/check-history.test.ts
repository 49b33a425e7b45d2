import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkHistory } from './check-history.ts';
import type { Rules } from './evidence.ts';
import { History } from './history.ts';
import type { ClientRecord, Position } from './history.ts';
import { FAULT_KINDS, faultsOf } from './verdict.ts';
import type { FaultKind, Verdict } from './verdict.ts';

const RULES: Rules = { settleMs: 1000, lateMs: 5000, endedAtMs: 100_000, areRoomsOwed: true, mayOwnersDie: false };
const ROOM = { kind: 'room', roomId: 'r' } as const;
const USER = { kind: 'user', userId: 'u' } as const;

/** A client that is in from 0 ms to the end, in the room too. */
function addMember(history: History, deviceId: string, untilMs = RULES.endedAtMs): ClientRecord {
  const client = history.addClient({ userId: 'u', deviceId });
  client.stays.push({ fromMs: 0, untilMs, nodeId: 'access-1' });
  client.memberships.push({ roomId: 'r', fromMs: 0, untilMs: RULES.endedAtMs });
  return client;
}

function pushed(history: History, target: typeof ROOM | typeof USER, atMs: number): number {
  const lane = target.kind === 'room' ? 'bulk' : 'express';
  const push = history.addPush({ target, lane, askedAtMs: atMs, ttlMs: 60_000 });
  history.answerPush(push, 'accepted', atMs + 10);
  return push;
}

function saw(history: History, client: ClientRecord, push: number, atMs: number, seq?: number): void {
  history.addSighting(client, push, { atMs, ...(seq === undefined ? {} : { position: { epoch: 1, seq } }) });
}

/** Three room messages and an express one, all seen as they should be. */
function goodHistory() {
  const history = new History();
  const clients = [addMember(history, 'a'), addMember(history, 'b')];
  const rooms = [100, 200, 300].map((atMs) => pushed(history, ROOM, atMs));
  const express = pushed(history, USER, 400);
  return { history, clients, rooms, express };
}

function play(
  { history, clients, rooms, express }: ReturnType<typeof goodHistory>,
  skip: (client: number, push: number) => boolean = () => false,
): void {
  clients.forEach((client, index) => {
    rooms.forEach((push, at) => skip(index, push) || saw(history, client, push, 500 + at, at + 1));
    if (!skip(index, express)) saw(history, client, express, 600);
  });
}

function onlyFault(verdict: Verdict, kind: FaultKind, count = 1): void {
  const expected = Object.fromEntries(FAULT_KINDS.map((each) => [each, each === kind ? count : 0]));
  assert.deepEqual(verdict.counts, expected, JSON.stringify(verdict.findings));
}

describe('a good history', () => {
  test('has no fault, and everything owed was delivered', () => {
    const good = goodHistory();
    play(good);
    const verdict = checkHistory(good.history, RULES);
    assert.equal(faultsOf(verdict), 0, JSON.stringify(verdict.findings));
    assert.deepEqual(
      [verdict.express, verdict.rooms],
      [
        { owed: 2, delivered: 2 },
        { owed: 6, delivered: 6 },
      ],
    );
    assert.equal(verdict.admitted, 0);
    assert.ok(verdict.latency.max >= 400);
  });
});

describe('a bad history is caught', () => {
  test('lost: an express message that one of two devices never saw', () => {
    const bad = goodHistory();
    play(bad, (client, push) => client === 1 && push === bad.express);
    onlyFault(checkHistory(bad.history, RULES), 'lost');
  });

  test('lost: a room message in the middle, without a word from the server', () => {
    const bad = goodHistory();
    play(bad, (client, push) => client === 0 && push === bad.rooms[1]);
    onlyFault(checkHistory(bad.history, RULES), 'lost');
  });

  test('lost: a room message that nobody saw', () => {
    const bad = goodHistory();
    play(bad, (_client, push) => push === bad.rooms[2]);
    const verdict = checkHistory(bad.history, RULES);
    onlyFault(verdict, 'lost', 2);
    assert.equal(verdict.unnumbered, 1);
  });

  test('lost: nothing at all was delivered', () => {
    const bad = goodHistory();
    onlyFault(checkHistory(bad.history, RULES), 'lost', 8);
  });

  test('duplicate: seen again on a later connection', () => {
    const bad = goodHistory();
    play(bad);
    const [client] = bad.clients;
    assert.ok(client);
    client.stays.push({ fromMs: 700, untilMs: RULES.endedAtMs, nodeId: 'access-2' });
    saw(bad.history, client, bad.express, 800);
    onlyFault(checkHistory(bad.history, RULES), 'duplicate');
  });

  test('reordered: two room messages swapped at one client', () => {
    const bad = goodHistory();
    const [first, second] = bad.clients;
    assert.ok(first && second);
    bad.rooms.forEach((push, at) => saw(bad.history, first, push, 500 + at, at + 1));
    for (const at of [1, 0, 2]) saw(bad.history, second, bad.rooms[at] ?? -1, 500, at + 1);
    for (const client of bad.clients) saw(bad.history, client, bad.express, 600);
    onlyFault(checkHistory(bad.history, RULES), 'reordered');
  });

  test('reordered: numbered against the order in which the business was answered', () => {
    const bad = goodHistory();
    for (const client of bad.clients) {
      bad.rooms.toReversed().forEach((push, at) => saw(bad.history, client, push, 500 + at, at + 1));
      saw(bad.history, client, bad.express, 600);
    }
    onlyFault(checkHistory(bad.history, RULES), 'reordered', 2);
  });

  test('reordered: numbered twice', () => {
    const bad = goodHistory();
    const [first, second] = bad.clients;
    assert.ok(first && second);
    bad.rooms.forEach((push, at) => saw(bad.history, first, push, 500 + at, at + 1));
    bad.rooms.forEach((push, at) => saw(bad.history, second, push, 500 + at, at + 2));
    for (const client of bad.clients) saw(bad.history, client, bad.express, 600);
    onlyFault(checkHistory(bad.history, RULES), 'reordered', 3);
  });

  test('late: an express message 6 s after it was accepted, a room message too', () => {
    const bad = goodHistory();
    play(bad, (client, push) => client === 0 && (push === bad.express || push === bad.rooms[2]));
    const [client] = bad.clients;
    assert.ok(client);
    saw(bad.history, client, bad.rooms[2] ?? -1, 6000, 3);
    saw(bad.history, client, bad.express, 6000);
    onlyFault(checkHistory(bad.history, RULES), 'late', 2);
  });

  test("wrong: another user's message, and one to a room the client was never in", () => {
    const bad = goodHistory();
    play(bad);
    const stranger = bad.history.addClient({ userId: 'v', deviceId: 'c' });
    stranger.stays.push({ fromMs: 0, untilMs: RULES.endedAtMs, nodeId: 'access-1' });
    saw(bad.history, stranger, bad.express, 600);
    saw(bad.history, stranger, bad.rooms[0] ?? -1, 600, 1);
    onlyFault(checkHistory(bad.history, RULES), 'wrong', 2);
  });

  test('wrong: a message that had been refused, and one that nobody pushed', () => {
    const bad = goodHistory();
    play(bad);
    const refused = bad.history.addPush({ target: USER, lane: 'express', askedAtMs: 700, ttlMs: 1000 });
    bad.history.answerPush(refused, 'refused', 710);
    const [client] = bad.clients;
    assert.ok(client);
    saw(bad.history, client, refused, 720);
    saw(bad.history, client, 4711, 730);
    onlyFault(checkHistory(bad.history, RULES), 'wrong', 2);
  });
});

describe('what is not owed', () => {
  test('an express message to a client that was not in long enough before its end', () => {
    const history = new History();
    const client = history.addClient({ userId: 'u', deviceId: 'a' });
    client.stays.push({ fromMs: 60_000, untilMs: 90_000, nodeId: 'access-1' });
    pushed(history, USER, 400);
    const verdict = checkHistory(history, RULES);
    assert.deepEqual([verdict.express.owed, verdict.rooms.owed, faultsOf(verdict)], [0, 0, 0]);
  });

  test('one to a client that came late is due when it came', () => {
    const history = new History();
    const client = history.addClient({ userId: 'u', deviceId: 'a' });
    client.stays.push({ fromMs: 50_000, untilMs: 90_000, nodeId: 'access-1' });
    const push = pushed(history, USER, 400);
    saw(history, client, push, 50_100);
    const verdict = checkHistory(history, RULES);
    assert.deepEqual([verdict.express, faultsOf(verdict)], [{ owed: 1, delivered: 1 }, 0]);
    assert.ok(verdict.latency.max <= 101);
  });

  test('a push without an answer, whether it was seen or not', () => {
    const history = new History();
    const client = addMember(history, 'a');
    const [seen] = [0, 1].map(() => history.addPush({ target: ROOM, lane: 'bulk', askedAtMs: 100, ttlMs: 0 }));
    saw(history, client, seen ?? -1, 200, 1);
    const verdict = checkHistory(history, RULES);
    assert.deepEqual([verdict.express.owed, verdict.rooms.owed, faultsOf(verdict)], [0, 0, 0]);
  });
});

describe('an honest server', () => {
  const gap = (after: Position | undefined, upTo: Position | undefined) => ({
    roomId: 'r',
    fromMs: 90,
    toMs: 450,
    after,
    upTo,
  });

  test('what it says is gone is admitted, not lost', () => {
    const good = goodHistory();
    play(good, (client, push) => client === 0 && push === good.rooms[1]);
    good.clients[0]?.gaps.push(gap({ epoch: 1, seq: 1 }, { epoch: 1, seq: 2 }));
    const verdict = checkHistory(good.history, RULES);
    assert.deepEqual([verdict.admitted, faultsOf(verdict)], [1, 0]);
  });

  test('but nothing outside of what it said', () => {
    const bad = goodHistory();
    play(bad, (client, push) => client === 0 && push === bad.rooms[1]);
    bad.clients[0]?.gaps.push(gap({ epoch: 1, seq: 2 }, { epoch: 1, seq: 3 }));
    onlyFault(checkHistory(bad.history, RULES), 'lost');
  });

  test('a message that nobody saw is judged by time', () => {
    const good = goodHistory();
    play(good, (_client, push) => push === good.rooms[1]);
    for (const client of good.clients) client.gaps.push(gap({ epoch: 1, seq: 1 }, { epoch: 1, seq: 3 }));
    const verdict = checkHistory(good.history, RULES);
    assert.deepEqual([verdict.admitted, faultsOf(verdict)], [2, 0]);
  });
});

describe('rules that a scenario may loosen', () => {
  test('sampled rooms owe nothing, and still nothing twice or out of order', () => {
    const bad = goodHistory();
    play(bad, (client, push) => client === 0 && push === bad.rooms[1]);
    const [client] = bad.clients;
    assert.ok(client);
    saw(bad.history, client, bad.rooms[2] ?? -1, 900, 3);
    onlyFault(checkHistory(bad.history, { ...RULES, areRoomsOwed: false }), 'duplicate');
  });

  test('where owners die, what nobody saw is not owed, and what one saw is owed to all', () => {
    const good = goodHistory();
    play(good, (_client, push) => push === good.rooms[2]);
    assert.equal(faultsOf(checkHistory(good.history, { ...RULES, mayOwnersDie: true })), 0);
    const bad = goodHistory();
    play(bad, (client, push) => client === 0 && push === bad.rooms[2]);
    onlyFault(checkHistory(bad.history, { ...RULES, mayOwnersDie: true }), 'lost');
  });
});
