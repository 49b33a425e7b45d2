import assert from 'node:assert/strict';
import { describe } from 'node:test';
import type { EventCursors } from '@longwire/domain';
import { contractCases } from './contract.ts';
import type { Contract } from './contract.ts';

/** What EventCursors promise. */
export function describeEventCursorsContract(contract: Contract<EventCursors>): void {
  describe(`EventCursors on ${contract.name}`, () => {
    const it = contractCases(contract, undefined);

    it('read what was saved last, by name', async (cursors, { peer }) => {
      assert.equal(await cursors.read('webhook'), undefined);
      assert.equal(await cursors.save('webhook', { position: '7-1700-0', epoch: 1 }), true);
      assert.equal(await cursors.save('webhook', { position: '9|x', epoch: 1 }), true);
      await cursors.save('subject', { position: '3', epoch: 1_800_000_000_000 });
      assert.deepEqual(await peer.read('webhook'), { position: '9|x', epoch: 1 });
      assert.deepEqual(await peer.read('subject'), { position: '3', epoch: 1_800_000_000_000 });
    });

    it('are not set back by who has lost the lease', async (cursors, { peer }) => {
      await cursors.save('webhook', { position: '20', epoch: 2 });
      assert.equal(await peer.save('webhook', { position: '10', epoch: 1 }), false);
      assert.deepEqual(await cursors.read('webhook'), { position: '20', epoch: 2 });
    });
  });
}
