import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** A page of a browser, as far as it is needed here. */
export interface Scriptable {
  evaluate<T>(script: string): Promise<T>;
}

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
  }[];
}

/** What is still fading in has no contrast yet. */
const SETTLED = `Promise.allSettled(
  document.getAnimations()
    .filter((one) => one instanceof CSSAnimation && Number.isFinite(one.effect.getComputedTiming().endTime))
    .map((one) => one.finished),
).then(() => undefined)`;

/** What axe finds wrong with a page as it is now, one line each; empty is what one wants. */
export async function accessibilityFaults(page: Scriptable): Promise<readonly string[]> {
  const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  await page.evaluate(SETTLED);
  await page.evaluate(axe);
  const { violations } = await page.evaluate<AxeResult>('axe.run(document, { resultTypes: ["violations"] })');
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
  );
}
