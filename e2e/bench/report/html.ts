import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { BenchReport, Finding } from '../core/result.ts';
import { spread } from '../core/statistics.ts';
import { describeGoal, judge } from '../core/verdict.ts';
import { formatSpread, formatValue } from './format.ts';

const require = createRequire(import.meta.url);
const uplotFolder = join(dirname(require.resolve('uplot/package.json')), 'dist');

const STYLE = `
  body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; color: #1d2330; }
  h1 { font-size: 1.5rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
  table { border-collapse: collapse; width: 100%; } td, th { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid #dfe3ea; vertical-align: top; }
  td.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
  .reached { color: #08703a; } .missed { color: #b3261e; font-weight: 600; } .absent { color: #8a6100; }
  .note, .facts { color: #5b6475; font-size: .85rem; } .chart { margin: 1rem 0 2rem; }
`;

/** One page that needs nothing else: the table, the charts (uPlot is inside), the machine, and the data as JSON. */
export function renderHtml(report: BenchReport): string {
  const findings = report.results.flatMap((result) => result.findings).toSorted((left, right) => left.row - right.row);
  const facts = { ...report.machine, ...report.versions, seed: String(report.seed), command: report.command };
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Longwire bench, ${escape(report.startedAt)}</title>
<style>${readFileSync(join(uplotFolder, 'uPlot.min.css'), 'utf8')}${STYLE}</style></head><body>
<h1>Longwire bench${report.isQuick ? ' (quick)' : ''}, ${escape(report.startedAt)}</h1>
<p class="facts">${Object.entries(facts)
    .map(([name, value]) => `${escape(name)}: <b>${escape(value)}</b>`)
    .join(' &middot; ')}</p>
<table><thead><tr><th>#</th><th>what</th><th>value</th><th>spread</th><th>goal</th><th>verdict</th></tr></thead>
<tbody>${findings.map(renderRow).join('\n')}</tbody></table>
${report.skipped.length === 0 ? '' : `<h2>Left out</h2><ul>${report.skipped.map((what) => `<li>${escape(what)}</li>`).join('')}</ul>`}
<div id="charts"></div>
<script type="application/json" id="report">${JSON.stringify(report).replaceAll('<', String.raw`\u003c`)}</script>
<script>${readFileSync(join(uplotFolder, 'uPlot.iife.min.js'), 'utf8')}</script>
<script>${readFileSync(new URL('charts.browser.js', import.meta.url), 'utf8')}</script>
</body></html>
`;
}

function renderRow(finding: Finding): string {
  const { row, what, value, unit, goal, rounds = [], note = '' } = finding;
  const verdict = judge(value, goal);
  return `<tr><td>${row}</td><td>${escape(what)}<div class="note">${escape(note)}</div></td>
<td class="number">${formatValue(value)} ${escape(unit)}</td><td class="number">${formatSpread(spread(rounds))}</td>
<td class="number">${escape(describeGoal(goal))}</td><td class="${verdict}">${verdict === 'info' ? '' : verdict}</td></tr>`;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
