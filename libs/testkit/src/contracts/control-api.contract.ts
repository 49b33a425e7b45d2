import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { type ControlApi, type NodeDirective, type NodeLink, type NodeReport, trustedId } from '@longwire/domain';
import { eventually } from '../eventually.ts';
import { type Contract, contractCases } from './contract.ts';
import { FakeControlApi } from './fake-control-api.ts';

const report: NodeReport = {
  description: {
    nodeId: trustedId('access-1'),
    incarnation: 1_800_000_000_123,
    region: 'cn-east',
    site: 'a',
    wsUrl: 'ws://127.0.0.1:56100/sub',
    tcpAddress: '127.0.0.1:56101',
    version: '1.2.3',
  },
  load: { connections: 17, capacity: 20_000, loopDelayMs: 1.25, cpuRatio: 0.5 },
  isLeaving: false,
};

/** Reports until there is an answer: a line that has just been opened may not be up yet. */
function reportTo(link: NodeLink, what: NodeReport = report): Promise<NodeDirective> {
  return eventually(async () => (await link.report(what)) ?? false);
}

/** What every way to the control tier promises, whatever is behind it: `open` is given the API to make reachable. */
export function describeControlApiContract(contract: Contract<ControlApi, ControlApi>): void {
  const declare = contractCases<ControlApi, ControlApi>(contract, new FakeControlApi());
  const it = (title: string, body: (control: ControlApi, fake: FakeControlApi) => Promise<void>): void => {
    const fake = new FakeControlApi();
    declare(title, (control) => body(control, fake), fake);
  };

  describe(`ControlApi on ${contract.name}`, () => {
    it('carries a report unchanged', async (control, fake) => {
      const link = control.openNodeLink();
      await reportTo(link);
      await reportTo(link, { ...report, isLeaving: true });
      assert.deepEqual([fake.reports.at(0), fake.reports.at(-1)], [report, { ...report, isLeaving: true }]);
      await link.close();
    });

    it('brings back every state, with the alternatives', async (control, fake) => {
      const link = control.openNodeLink();
      const alternatives = [{ nodeId: 'access-2', region: 'cn-east', ws: 'ws://b:1/sub', tcp: 'b:2', share: 0.25 }];
      for (const state of ['active', 'draining', 'ejected'] as const) {
        fake.answer = () => ({ state, alternatives });
        assert.deepEqual(await reportTo(link), { state, alternatives });
      }
      await link.close();
    });

    it('gives each report its own answer, in the order they were sent', async (control, fake) => {
      const link = control.openNodeLink();
      await reportTo(link);
      const answers: (() => void)[] = [];
      fake.answer = ({ load }) =>
        new Promise((resolve) =>
          answers.push(() => resolve({ state: load.connections === 1 ? 'draining' : 'ejected', alternatives: [] })),
        );
      const asked = [1, 2].map((connections) => link.report({ ...report, load: { ...report.load, connections } }));
      await eventually(() => answers.length === 2);
      for (const answer of answers.toReversed()) answer();
      const states = (await Promise.all(asked)).map((directive) => directive?.state);
      assert.deepEqual(states, ['draining', 'ejected']);
      await link.close();
    });

    it('has no directive when control cannot say', async (control, fake) => {
      const link = control.openNodeLink();
      await reportTo(link);
      fake.answer = () => undefined;
      assert.equal(await link.report(report), undefined);
      await link.close();
    });

    it('says once that the node has stopped when the line is closed', async (control, fake) => {
      const link = control.openNodeLink();
      await reportTo(link);
      await link.close();
      await link.close();
      assert.equal(fake.closedLinks, 1);
      assert.equal(await link.report(report), undefined);
    });

    it('is available while what is behind is', async (control, fake) => {
      await eventually(() => control.isAvailable());
      fake.isReady = false;
      await eventually(() => !control.isAvailable());
    });
  });
}
