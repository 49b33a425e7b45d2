import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { trustedId } from '@longwire/domain';
import type { Bus, Topic } from '@longwire/domain';
import { eventually } from '../eventually.ts';
import { contractCases } from './contract.ts';
import type { Contract } from './contract.ts';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const roomBatch = (room: string): Topic => ({ kind: 'room-batch', roomId: trustedId(room) });
const acks: Topic = { kind: 'acks' };

/** Subscribes and returns the list that payloads are put into. */
async function collect(bus: Bus, topic: Topic, queue?: string): Promise<string[]> {
  const seen: string[] = [];
  await bus.subscribe(topic, (payload) => void seen.push(decode(payload)), queue === undefined ? {} : { queue });
  return seen;
}

/** Waits until all that `from` has published before was delivered to subscribers of `to`. */
async function deliverAll(from: Bus, to: Bus): Promise<void> {
  const fence: Topic = { kind: 'node', nodeId: trustedId('fence') };
  let isOver = false;
  const subscription = await to.subscribe(fence, () => void (isOver = true));
  from.publish(fence, encode(''));
  await from.flush();
  await eventually(() => isOver);
  subscription.unsubscribe();
}

/** What every Bus promises. `peer` is the bus of another process, or the same for a bus within one. */
export function describeBusContract(contract: Contract<Bus>): void {
  const it = contractCases(contract, undefined);

  describe(`Bus on ${contract.name}`, () => {
    it('brings each payload to every subscriber, in the order it was published', async (bus, { peer }) => {
      const [here, there] = [await collect(bus, acks), await collect(peer, acks)];
      const texts = Array.from({ length: 500 }, (_, index) => `n${index}`);
      for (const text of texts) assert.equal(bus.publish(acks, encode(text)), 'sent');
      await eventually(() => here.length === 500 && there.length === 500);
      assert.deepEqual([here, there], [texts, texts]);
    });

    it('does not call a handler before the publisher has gone on', async (bus) => {
      const seen = await collect(bus, acks);
      bus.publish(acks, encode('x'));
      assert.deepEqual(seen, []);
      await eventually(() => seen.length === 1);
    });

    it('keeps topics apart, whatever is in their ids', async (bus, { peer }) => {
      const ids = ['r', 'r.1', 'r.1.2', 'r:1', 'r-1', 'r_1', 'R', '_.', '1'];
      const seen = await Promise.all(ids.map((id) => collect(peer, roomBatch(id))));
      const others = await collect(peer, { kind: 'node', nodeId: trustedId('r') });
      for (const id of ids) bus.publish(roomBatch(id), encode(id));
      await deliverAll(bus, peer);
      assert.deepEqual([seen, others], [ids.map((id) => [id]), []]);
    });

    it('keeps partitions apart', async (bus, { peer }) => {
      const first = await collect(peer, { kind: 'room-push', partition: 1 });
      const eleventh = await collect(peer, { kind: 'room-push', partition: 11 });
      bus.publish({ kind: 'room-push', partition: 11 }, encode('x'));
      await deliverAll(bus, peer);
      assert.deepEqual([first, eleventh], [[], ['x']]);
    });

    it('brings vitals and traces of every process to every subscriber', async (bus, { peer }) => {
      for (const kind of ['vitals', 'trace'] as const) {
        const [here, there] = [await collect(bus, { kind }), await collect(peer, { kind })];
        bus.publish({ kind }, encode('from here'));
        peer.publish({ kind }, encode('from there'));
        await eventually(() => here.length === 2 && there.length === 2);
        assert.deepEqual(
          [here.toSorted(), there.toSorted()],
          Array.from({ length: 2 }, () => ['from here', 'from there']),
        );
      }
    });

    it('asks the owner of a partition about its rooms, and nobody else', async (bus, { peer }) => {
      await peer.subscribe({ kind: 'room-traffic', partition: 1 }, (_, respond) => respond?.(encode('one')));
      await peer.subscribe({ kind: 'room-traffic', partition: 2 }, (_, respond) => respond?.(encode('two')));
      const outcome = await bus.request({ kind: 'room-traffic', partition: 2 }, encode('?'), 2000);
      assert.equal(outcome.ok && decode(outcome.payload), 'two');
      const nobody = await bus.request({ kind: 'room-traffic', partition: 3 }, encode('?'), 30_000);
      assert.deepEqual(nobody, { ok: false, failure: 'no-responder' });
    });

    it('brings each payload to one of the subscribers of a queue', async (bus, { peer }) => {
      const workers = [await collect(bus, acks, 'w'), await collect(peer, acks, 'w'), await collect(peer, acks, 'w')];
      const other = await collect(peer, acks, 'audit');
      for (let index = 0; index < 300; index += 1) bus.publish(acks, encode(`n${index}`));
      await deliverAll(bus, peer);
      await deliverAll(bus, bus);
      const all = workers.flat();
      assert.deepEqual([all.length, new Set(all).size, other.length], [300, 300, 300]);
      assert.ok(workers.every((seen) => seen.length > 0));
    });

    it('stops calling a handler as soon as it has unsubscribed, once or again', async (bus, { peer }) => {
      const seen: string[] = [];
      const subscription = await peer.subscribe(acks, (payload) => void seen.push(decode(payload)));
      bus.publish(acks, encode('x'));
      subscription.unsubscribe();
      subscription.unsubscribe();
      await deliverAll(bus, peer);
      assert.deepEqual(seen, []);
    });

    it('drains a subscription: calls the handler for all that was under way, then no more', async (bus, { peer }) => {
      const answered: string[] = [];
      const subscription = await peer.subscribe(acks, (payload, respond) => {
        answered.push(decode(payload));
        respond?.(payload);
      });
      const texts = Array.from({ length: 100 }, (_, index) => `n${index}`);
      const requests = texts.map((text) => bus.request(acks, encode(text), 5000));
      await bus.flush();
      await subscription.drain();
      assert.deepEqual(answered, texts);
      assert.ok((await Promise.all(requests)).every((outcome) => outcome.ok));
      assert.deepEqual(await bus.request(acks, encode('late'), 5000), { ok: false, failure: 'no-responder' });
      await subscription.drain();
      subscription.unsubscribe();
    });

    it('carries large and empty payloads unchanged', async (bus, { peer }) => {
      const seen: Uint8Array[] = [];
      await peer.subscribe(acks, (payload) => void seen.push(payload.slice()));
      const large = Uint8Array.from({ length: 300_000 }, (_, index) => index % 251);
      bus.publish(acks, large);
      bus.publish(acks, new Uint8Array(0));
      await eventually(() => seen.length === 2);
      assert.deepEqual([Buffer.compare(seen[0] ?? new Uint8Array(), large), seen[1]?.length], [0, 0]);
    });

    it('answers a request with what the subscriber responded first', async (bus, { peer }) => {
      await peer.subscribe(acks, (payload, respond) => {
        respond?.(encode(`got ${decode(payload)}`));
        respond?.(encode('too late'));
      });
      const outcome = await bus.request(acks, encode('x'), 2000);
      assert.equal(outcome.ok && decode(outcome.payload), 'got x');
    });

    it('answers many requests at once, each with its own reply, also when they come out of order', async (bus, {
      peer,
    }) => {
      const waiting: (() => void)[] = [];
      await peer.subscribe(acks, (payload, respond) => waiting.unshift(() => respond?.(payload)));
      const texts = Array.from({ length: 50 }, (_, index) => `n${index}`);
      const requests = Promise.all(texts.map((text) => bus.request(acks, encode(text), 5000)));
      await eventually(() => waiting.length === 50);
      for (const answer of waiting) answer();
      const outcomes = await requests;
      assert.deepEqual(
        outcomes.map((outcome) => outcome.ok && decode(outcome.payload)),
        texts,
      );
    });

    it('gives no way to respond to what is only published', async (bus, { peer }) => {
      const seen: boolean[] = [];
      await peer.subscribe(acks, (_, respond) => void seen.push(respond === undefined));
      bus.publish(acks, encode('x'));
      await eventually(() => seen.length === 1);
      assert.deepEqual(seen, [true]);
    });

    it('says at once that nobody listens to a request', async (bus) => {
      assert.deepEqual(await bus.request(acks, encode('x'), 30_000), { ok: false, failure: 'no-responder' });
    });

    it('says after the time given that a listener did not respond', async (bus, { peer }) => {
      await collect(peer, acks);
      assert.deepEqual(await bus.request(acks, encode('x'), 30), { ok: false, failure: 'timeout' });
    });

    it('is connected, and flushes', async (bus) => {
      assert.equal(bus.isConnected(), true);
      bus.publish(acks, encode('x'));
      await bus.flush();
    });
  });
}
