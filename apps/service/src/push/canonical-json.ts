import { isKeptNumber } from './payload.ts';

type Branch = Record<string, unknown>;

/**
 * The JSON text of what `parseBody` returned, with the fields of every object in one order: equal for equal content.
 * Without recursion, since a payload of 64 KiB may be nested deeper than the stack.
 */
export function canonicalJson(value: unknown): string {
  const root: Branch = { value };
  const open: Branch[] = [root];
  for (let branch = open.pop(); branch !== undefined; branch = open.pop()) {
    for (const [key, child] of Object.entries(branch)) {
      if (typeof child !== 'object' || child === null || isKeptNumber(child)) continue;
      const ordered = (Array.isArray(child) ? [...child] : withOrderedFields(child)) as Branch;
      branch[key] = ordered;
      open.push(ordered);
    }
  }
  return JSON.stringify(root['value']);
}

function withOrderedFields(value: object): object {
  return Object.fromEntries(Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}
