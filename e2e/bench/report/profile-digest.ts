import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

interface CallFrame {
  readonly functionName: string;
  readonly url: string;
  readonly lineNumber: number;
}

/** As V8 writes it; times are microseconds of the system's monotonic clock. */
export interface CpuProfile {
  readonly startTime: number;
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: CallFrame;
    readonly children?: readonly number[];
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** When something was measured, by the monotonic clock. */
export interface Span {
  readonly scenario: string;
  readonly startMs: number;
  readonly endMs: number;
}

export interface HotSpot {
  readonly where: string;
  readonly ms: number;
  /** Of the time that was not idle. */
  readonly share: number;
}

export interface Digest {
  readonly busyMs: number;
  /** By the function itself. */
  readonly self: readonly HotSpot[];
  /** By the nearest function of this repository on the stack, with what it called of Node and packages. */
  readonly own: readonly HotSpot[];
}

const NOT_WORK = new Set(['(idle)', '(root)']);
const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Where the time of the samples within the spans went. */
export function digestProfile(profile: CpuProfile, spans: readonly Omit<Span, 'scenario'>[], count: number): Digest {
  const frames = new Map(profile.nodes.map((node) => [node.id, node.callFrame]));
  const ownNames = ownNamesOf(profile);
  const self = new Map<string, number>();
  const own = new Map<string, number>();
  let busyUs = 0;
  let atUs = profile.startTime;
  for (const [index, id] of profile.samples.entries()) {
    const us = Math.max(0, profile.timeDeltas[index] ?? 0);
    atUs += us;
    const frame = frames.get(id);
    if (frame === undefined || NOT_WORK.has(frame.functionName)) continue;
    if (!spans.some(({ startMs, endMs }) => atUs >= startMs * 1000 && atUs <= endMs * 1000)) continue;
    busyUs += us;
    add(self, describeFrame(frame), us);
    add(own, ownNames.get(id) ?? `(none) ${frame.functionName}`, us);
  }
  const top = (times: ReadonlyMap<string, number>): readonly HotSpot[] =>
    [...times]
      .toSorted(([, left], [, right]) => right - left)
      .slice(0, count)
      .map(([where, us]) => ({ where, ms: us / 1000, share: us / busyUs }));
  return { busyMs: busyUs / 1000, self: top(self), own: top(own) };
}

/** For each node of the call tree the nearest function of this repository, itself included, on the way to the root. */
function ownNamesOf({ nodes }: CpuProfile): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  // V8 writes parents before their children.
  for (const { id, callFrame, children = [] } of nodes) {
    const isOwn = callFrame.url.startsWith('file:') && !callFrame.url.includes('/node_modules/');
    const name = isOwn ? describeFrame(callFrame) : names.get(id);
    if (name === undefined) continue;
    names.set(id, name);
    for (const child of children) names.set(child, name);
  }
  return names;
}

function add(times: Map<string, number>, where: string, us: number): void {
  times.set(where, (times.get(where) ?? 0) + us);
}

function describeFrame({ functionName, url, lineNumber }: CallFrame): string {
  const path = url.startsWith('file:') ? fileURLToPath(url).replace(root, '') : url;
  return `${functionName === '' ? '(anonymous)' : functionName} ${path === '' ? '' : `${path}:${lineNumber + 1}`}`.trim();
}

/** The digests of every named process in the folder, for each scenario that measured something while it ran. */
export function digestProfiles(
  folder: string,
  { names, spans, count = 14 }: { names: ReadonlyMap<number, string>; spans: readonly Span[]; count?: number },
): string {
  const texts: string[] = [];
  for (const file of readdirSync(folder).filter((each) => each.endsWith('.cpuprofile'))) {
    // CPU.<date>.<time>.<pid>.<thread>.<number>.cpuprofile
    const [, , , pid = '', thread = ''] = file.split('.');
    const name = names.get(Number(pid));
    if (name === undefined || thread !== '0') continue;
    const profile = JSON.parse(readFileSync(join(folder, file), 'utf8')) as CpuProfile;
    for (const [scenario, ofScenario] of Map.groupBy(spans, (span) => span.scenario)) {
      const digest = digestProfile(profile, ofScenario, count);
      if (digest.busyMs > 0) texts.push(renderDigest(`${scenario}, ${name}`, digest));
    }
  }
  return texts.join('\n');
}

function renderDigest(title: string, { busyMs, self, own }: Digest): string {
  const line = ({ where, ms, share }: HotSpot): string =>
    `  ${(share * 100).toFixed(1).padStart(5)}%  ${ms.toFixed(0).padStart(7)} ms  ${where}`;
  const lists = [' by the nearest function of this repository:', ...own.map(line), ' by function:', ...self.map(line)];
  return [`${title}: busy ${busyMs.toFixed(0)} ms`, ...lists, ''].join('\n');
}
