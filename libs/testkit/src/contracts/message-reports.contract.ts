import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { trustedId } from '@longwire/domain';
import type { MessageId, MessageReport, MessageReports } from '@longwire/domain';
import { eventually } from '../eventually.ts';
import { contractCases } from './contract.ts';
import type { Contract } from './contract.ts';

const id = trustedId<MessageId>('m.1:a');
const report = (more: Partial<MessageReport> = {}): MessageReport => ({
  messageId: id,
  status: 'expired',
  targets: 3,
  acked: 1,
  attempts: 4,
  ...more,
});

/** What every MessageReports promises. */
export function describeMessageReportsContract(contract: Contract<MessageReports>): void {
  describe(`MessageReports on ${contract.name}`, () => {
    const it = contractCases(contract, undefined);

    it('gives back what was put, and nothing of others', async (reports, { peer }) => {
      await reports.put(report());
      await eventually(async () => assert.deepEqual(await peer.get(id), report()));
      assert.equal(await peer.get(trustedId('m.1')), undefined);
    });

    it('keeps the report that knows of more acks, then of more attempts', async (reports) => {
      await reports.put(report({ acked: 2 }));
      await reports.put(report({ acked: 1, attempts: 9 }));
      assert.deepEqual(await reports.get(id), report({ acked: 2 }));
      await reports.put(report({ acked: 2, attempts: 5 }));
      assert.equal((await reports.get(id))?.attempts, 5);
      const all = report({ acked: 3, status: 'delivered' });
      await reports.put(all);
      assert.deepEqual(await reports.get(id), all);
    });
  });
}
