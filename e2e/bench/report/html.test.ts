import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BenchReport } from '../core/result.ts';
import { renderHtml } from './html.ts';
import { renderTable } from './table.ts';

const report: BenchReport = {
  format: 1,
  startedAt: '2026-01-01T00:00:00.000Z',
  isQuick: true,
  seed: 1,
  command: 'npm run bench',
  machine: { cores: '2' },
  versions: { peer: '</script><b>1' },
  skipped: ['nothing <else>'],
  results: [
    {
      scenario: 's',
      tookMs: 1,
      charts: [{ kind: 'bars', title: 't', unit: 'us', bars: [{ name: 'a', value: 1 }] }],
      findings: [
        { key: 'a', row: 2, what: 'second', unit: 'x', isRatio: true, value: 3, rounds: [2, 4], goal: { atMost: 2 } },
        { key: 'b', row: 1, what: 'first', unit: 'us', isRatio: false, note: 'not on this machine' },
      ],
    },
  ],
};

test('the table is in the order of the goals, with verdict and spread', () => {
  const lines = renderTable(report).split('\n');
  const [first, second] = ['first', 'second'].map((what) => lines.findIndex((line) => line.includes(what)));
  assert.ok(first !== undefined && second !== undefined && first > 0 && first < second);
  assert.match(lines[second] ?? '', /3 x.*\+-33%.*<= 2.*MISSED/);
});

test('the page needs nothing else, and nothing in the data ends its script early', () => {
  const page = renderHtml(report);
  assert.equal(page.match(/<script/g)?.length, 3);
  assert.equal(page.match(/<\/script>/g)?.length, 3);
  assert.doesNotMatch(page, /(src|href)=/);
  const json = /id="report">(.*?)<\/script>/s.exec(page)?.[1] ?? '';
  assert.deepEqual(JSON.parse(json), report);
});
