import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { trustedId } from '@longwire/domain';
import type { NodeId, NodeRecord } from '@longwire/domain';
import { createHandoutLedger } from './handout-ledger.ts';

const nodeId = trustedId<NodeId>('access-1');

function report(reportNumber: number, connections: number, incarnation = 1): NodeRecord {
  return {
    description: {
      nodeId,
      incarnation,
      region: 'local',
      site: 'a',
      wsUrl: 'ws://127.0.0.1:1/sub',
      tcpAddress: '127.0.0.1:2',
      version: '1',
    },
    load: { connections, capacity: 1000, loopDelayMs: 0, cpuRatio: 0 },
    state: 'active',
    isLeaving: false,
    weight: 1,
    registeredAtMs: 0,
    leaseUntilMs: 3000 + reportNumber * 1000,
  };
}

function ledgerWith(handOuts: number) {
  const ledger = createHandoutLedger();
  ledger.observe([report(0, 0)]);
  for (let count = 0; count < handOuts; count += 1) ledger.handOut(nodeId);
  return ledger;
}

describe('clients on their way to a node', () => {
  test('are all of those handed out since the last report', () => {
    assert.equal(ledgerWith(10).outstanding(nodeId), 10);
  });

  test('stay the same when the same report is read again', () => {
    const ledger = ledgerWith(10);
    ledger.observe([report(0, 0)]);
    assert.equal(ledger.outstanding(nodeId), 10);
  });

  test('become fewer by those that have arrived', () => {
    const ledger = ledgerWith(10);
    ledger.observe([report(1, 6)]);
    assert.equal(ledger.outstanding(nodeId), 4);
  });

  test('are not expected any more at the second report', () => {
    const ledger = ledgerWith(10);
    ledger.observe([report(1, 0)]);
    assert.equal(ledger.outstanding(nodeId), 10);
    ledger.handOut(nodeId);
    ledger.observe([report(2, 0)]);
    assert.equal(ledger.outstanding(nodeId), 1);
  });

  test('are settled oldest first', () => {
    const ledger = ledgerWith(10);
    ledger.observe([report(1, 0)]);
    for (let count = 0; count < 5; count += 1) ledger.handOut(nodeId);
    ledger.observe([report(2, 12)]);
    assert.equal(ledger.outstanding(nodeId), 3);
  });

  test('are never fewer than none, however many arrive', () => {
    const ledger = ledgerWith(1);
    ledger.observe([report(1, 500)]);
    assert.equal(ledger.outstanding(nodeId), 0);
  });

  test('are forgotten when the node starts anew or is gone', () => {
    const restarted = ledgerWith(10);
    restarted.observe([report(1, 0, 2)]);
    assert.equal(restarted.outstanding(nodeId), 0);
    const gone = ledgerWith(10);
    gone.observe([]);
    assert.equal(gone.outstanding(nodeId), 0);
  });
});
