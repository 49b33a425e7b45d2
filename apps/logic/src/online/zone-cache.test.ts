import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { trustedId } from '@longwire/domain';
import type { RoomId, ZoneId } from '@longwire/domain';
import { RoomZones } from '@longwire/protos/bus/v1';
import { createMemoryBus } from '@longwire/embedded';
import { fakeClock, settle } from '@longwire/testkit';
import { createZoneCache, MAX_CACHED_ROOMS, ZONE_MAX_AGE_MS } from './zone-cache.ts';
import { followZoneChanges } from './zone-changes.ts';

const room = trustedId<RoomId>('1000');
const zone = (text: string) => trustedId<ZoneId>(text);

function fixture() {
  const clock = fakeClock();
  const stored = new Map<RoomId, ZoneId>();
  const asked: RoomId[][] = [];
  let hold: Promise<void> = Promise.resolve();
  const zones = createZoneCache({
    clock,
    rooms: {
      zonesOf: async (roomIds) => {
        asked.push([...roomIds]);
        const answer = roomIds.map((roomId) => stored.get(roomId) ?? null);
        await hold;
        return answer;
      },
    },
  });
  return { clock, stored, asked, zones, setHold: (next: Promise<void>) => void (hold = next) };
}

describe('remembered zones', () => {
  test('a room is read once, also when it has no zone and when it is asked for twice at once', async () => {
    const { stored, asked, zones } = fixture();
    stored.set(room, zone('music'));
    const other = trustedId<RoomId>('2000');
    assert.deepEqual(await zones.zonesOf([room, other, room]), ['music', null, 'music']);
    assert.deepEqual(await zones.zonesOf([other, room]), [null, 'music']);
    assert.deepEqual(asked, [[room, other]]);
  });

  test('a change told over the bus is seen at the next question', async () => {
    const { stored, zones } = fixture();
    const bus = createMemoryBus();
    const subscription = await followZoneChanges(bus, zones, () => assert.fail('no fault is expected'));
    assert.deepEqual(await zones.zonesOf([room]), [null]);
    stored.set(room, zone('music'));
    const tell = (roomId: string) =>
      bus.publish(
        { kind: 'room-zones' },
        RoomZones.encode(RoomZones.fromPartial({ rooms: [{ roomId, zoneId: 'music' }] })).finish(),
      );
    tell('1000');
    await settle();
    assert.deepEqual(await zones.zonesOf([room]), ['music']);
    subscription.unsubscribe();
    tell('1000');
    await settle();
    assert.equal(zones.size(), 1);
  });

  test('bytes that are no message on the bus make it forget all instead of failing', async () => {
    const { zones } = fixture();
    const bus = createMemoryBus();
    let faults = 0;
    const subscription = await followZoneChanges(bus, zones, () => (faults += 1));
    await zones.zonesOf([room]);
    bus.publish({ kind: 'room-zones' }, new Uint8Array([0x0a, 0xff]));
    await settle();
    assert.deepEqual([zones.size(), faults], [0, 1]);
    subscription.unsubscribe();
  });

  test('a change during a read keeps the old answer from being remembered', async () => {
    const { stored, asked, zones, setHold } = fixture();
    const gate = Promise.withResolvers<void>();
    setHold(gate.promise);
    const reading = zones.zonesOf([room]);
    stored.set(room, zone('music'));
    zones.invalidate([room]);
    gate.resolve();
    assert.deepEqual(await reading, [null]);
    assert.deepEqual(await zones.zonesOf([room]), ['music']);
    assert.equal(asked.length, 2);
  });

  test('a missed change is repaired after 30 s', async () => {
    const { clock, stored, zones } = fixture();
    await zones.zonesOf([room]);
    stored.set(room, zone('music'));
    clock.advance(ZONE_MAX_AGE_MS - 1);
    assert.deepEqual(await zones.zonesOf([room]), [null]);
    clock.advance(1);
    assert.deepEqual(await zones.zonesOf([room]), ['music']);
  });

  test('the number of remembered rooms is bounded', async () => {
    const { zones } = fixture();
    await zones.zonesOf(Array.from({ length: MAX_CACHED_ROOMS + 10 }, (_, index) => trustedId<RoomId>(String(index))));
    assert.equal(zones.size(), MAX_CACHED_ROOMS);
  });
});
