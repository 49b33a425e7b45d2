import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { trustedId } from '@longwire/domain';
import type { RoomDirectory, ZoneId } from '@longwire/domain';
import { contractCases } from './contract.ts';
import type { Contract } from './contract.ts';
import { roomId } from './samples.ts';

const music: ZoneId = trustedId('music');
const games: ZoneId = trustedId('games');

/** What every RoomDirectory promises. */
export function describeRoomDirectoryContract(contract: Contract<RoomDirectory>): void {
  describe(`RoomDirectory on ${contract.name}`, () => {
    const it = contractCases(contract, undefined);

    it('answers null for a room that nobody gave a zone', async (directory) => {
      assert.deepEqual(await directory.zonesOf([roomId('r1')]), [null]);
      assert.deepEqual(await directory.zonesOf([]), []);
    });

    it('answers the zone that was set last, also to another process', async (directory, { peer }) => {
      await directory.setZone(roomId('r1'), games);
      await directory.setZone(roomId('r1'), music);
      assert.deepEqual(await peer.zonesOf([roomId('r1')]), [music]);
    });

    it('answers many rooms in the order they were asked for, repeats too', async (directory) => {
      await directory.setZone(roomId('r1'), music);
      await directory.setZone(roomId('r3'), games);
      const asked = ['r3', 'r2', 'r1', 'r3'].map(roomId);
      assert.deepEqual(await directory.zonesOf(asked), [games, null, music, games]);
    });

    it('answers 500 rooms at once', async (directory) => {
      const rooms = Array.from({ length: 500 }, (_, index) => roomId(`room-${index}`));
      await Promise.all(rooms.map((room) => directory.setZone(room, music)));
      assert.ok((await directory.zonesOf(rooms)).every((zone) => zone === music));
    });

    it('forgets a zone, once or again', async (directory) => {
      await directory.setZone(roomId('r1'), music);
      await directory.forgetZone(roomId('r1'));
      await directory.forgetZone(roomId('r1'));
      assert.deepEqual(await directory.zonesOf([roomId('r1')]), [null]);
    });
  });
}
