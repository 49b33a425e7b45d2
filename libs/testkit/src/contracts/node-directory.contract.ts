import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { trustedId } from '@longwire/domain';
import type { NodeDirectory, NodeId } from '@longwire/domain';
import { contractCases } from './contract.ts';
import type { Contract } from './contract.ts';
import { nodeReport } from './samples.ts';

const LONG_MS = 60_000;
const SHORT_MS = 80;
const a1: NodeId = trustedId('access-1');

const versionOf = async (directory: NodeDirectory): Promise<number> => (await directory.snapshot()).version;
const nodeIdsOf = async (directory: NodeDirectory): Promise<readonly NodeId[]> =>
  (await directory.snapshot()).nodes.map((record) => record.description.nodeId);

/** What every NodeDirectory promises. */
export function describeNodeDirectoryContract(contract: Contract<NodeDirectory>): void {
  describe(`NodeDirectory on ${contract.name}`, () => {
    const it = contractCases(contract, undefined);

    it('returns the record of a node that reports, active and of weight 1 at first', async (directory, { peer }) => {
      const report = nodeReport('access-1', { connections: 7 });
      const record = await directory.report(report, LONG_MS);
      assert.deepEqual([record.description, record.load, record.isLeaving], [report.description, report.load, false]);
      assert.deepEqual([record.state, record.weight], ['active', 1]);
      assert.equal(record.leaseUntilMs - record.registeredAtMs, LONG_MS);
      assert.deepEqual((await peer.snapshot()).nodes, [record]);
    });

    it('lists live nodes by their id', async (directory) => {
      for (const name of ['access-3', 'access-1', 'access-2']) await directory.report(nodeReport(name), LONG_MS);
      assert.deepEqual(await nodeIdsOf(directory), ['access-1', 'access-2', 'access-3']);
    });

    it('raises the version when a node comes', async (directory) => {
      const before = await versionOf(directory);
      await directory.report(nodeReport('access-1'), LONG_MS);
      assert.ok((await versionOf(directory)) > before);
    });

    it('keeps the version when only load changes', async (directory) => {
      await directory.report(nodeReport('access-1', { connections: 1 }), LONG_MS);
      const before = await versionOf(directory);
      await directory.report(nodeReport('access-1', { connections: 900 }), LONG_MS);
      const after = await directory.snapshot();
      assert.equal(after.version, before);
      assert.equal(after.nodes[0]?.load.connections, 900);
    });

    it('raises the version when an address or the leaving mark changes', async (directory) => {
      await directory.report(nodeReport('access-1'), LONG_MS);
      const first = await versionOf(directory);
      await directory.report(nodeReport('access-1', { region: 'cn-east' }), LONG_MS);
      const second = await versionOf(directory);
      await directory.report(nodeReport('access-1', { region: 'cn-east', isLeaving: true }), LONG_MS);
      const third = await directory.snapshot();
      assert.ok(first < second && second < third.version);
      assert.equal(third.nodes[0]?.isLeaving, true);
    });

    it('remembers since when this run of a node is there', async (directory, { elapse }) => {
      const first = await directory.report(nodeReport('access-1'), LONG_MS);
      await elapse(SHORT_MS);
      const again = await directory.report(nodeReport('access-1'), LONG_MS);
      const restarted = await directory.report(nodeReport('access-1', { incarnation: 2 }), LONG_MS);
      assert.equal(again.registeredAtMs, first.registeredAtMs);
      assert.ok(restarted.registeredAtMs > first.registeredAtMs);
    });

    it('keeps the newer run when the older one still reports', async (directory) => {
      await directory.report(nodeReport('access-1', { incarnation: 2 }), LONG_MS);
      const answer = await directory.report(nodeReport('access-1', { incarnation: 1, region: 'old' }), LONG_MS);
      assert.deepEqual([answer.description.incarnation, answer.description.region], [2, 'local']);
    });

    it('drops a node whose lease lapsed, raising the version once', async (directory, { peer, elapse }) => {
      await directory.report(nodeReport('access-1'), SHORT_MS);
      await directory.report(nodeReport('access-2'), LONG_MS);
      const before = await versionOf(directory);
      await elapse(SHORT_MS);
      const after = await directory.snapshot();
      assert.deepEqual(
        after.nodes.map((record) => record.description.nodeId),
        ['access-2'],
      );
      assert.ok(after.version > before);
      assert.equal(await versionOf(peer), after.version);
    });

    it('removes a node that has stopped, but not a newer run of it', async (directory) => {
      await directory.report(nodeReport('access-1', { incarnation: 2 }), LONG_MS);
      const before = await versionOf(directory);
      await directory.remove(a1, 1);
      assert.deepEqual([await versionOf(directory), await nodeIdsOf(directory)], [before, ['access-1']]);
      await directory.remove(a1, 2);
      assert.deepEqual(await nodeIdsOf(directory), []);
      assert.ok((await versionOf(directory)) > before);
    });

    it('keeps what operators decided over a restart of the node', async (directory, { peer }) => {
      await directory.report(nodeReport('access-1'), LONG_MS);
      assert.deepEqual([await peer.setState(a1, 'draining'), await peer.setWeight(a1, 2.5)], [true, true]);
      await directory.remove(a1, 1);
      const record = await directory.report(nodeReport('access-1', { incarnation: 2 }), LONG_MS);
      assert.deepEqual([record.state, record.weight], ['draining', 2.5]);
    });

    it('raises the version when a decision changes something, and only then', async (directory) => {
      await directory.report(nodeReport('access-1'), LONG_MS);
      const first = await versionOf(directory);
      await directory.setState(a1, 'ejected');
      const second = await versionOf(directory);
      await directory.setState(a1, 'ejected');
      const third = await versionOf(directory);
      await directory.setWeight(a1, 0);
      assert.ok(second > first);
      assert.equal(third, second);
      assert.ok((await versionOf(directory)) > third);
    });

    it('knows no node that never reported', async (directory) => {
      assert.deepEqual([await directory.setState(a1, 'draining'), await directory.setWeight(a1, 1)], [false, false]);
      assert.deepEqual((await directory.snapshot()).nodes, []);
    });
  });
}
