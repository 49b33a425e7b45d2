import assert from 'node:assert/strict';
import { eventually } from '@longwire/testkit';
import type { ApiAnswer } from '../../harness/api.ts';
import { enterAll } from '../../harness/audience.ts';
import { Longwire } from '../../harness/launch.ts';
import type { Mode } from '../../harness/launch.ts';
import type { Viewer } from '../../harness/viewer.ts';

export interface Span {
  readonly stage: string;
  readonly at: number;
  readonly process: string;
  readonly detail: Readonly<Record<string, string | number>>;
}

interface Overview {
  readonly at: number;
  readonly tiers: Readonly<Record<string, { readonly processes: number }>>;
  readonly online: { readonly connections: number; readonly users: number; readonly rooms: number };
  readonly rates: Readonly<Record<string, number>>;
  readonly savings: { readonly framesRatio: number; readonly bytesRatio: number };
  readonly latencyMs: { readonly bulk: { p50: number; p99: number } | null; readonly express: unknown };
  readonly processes: readonly { readonly name: string; readonly tier: string; readonly memoryBytes: number }[];
}

export interface HistoryPoint {
  readonly at: number;
  readonly connections: number | null;
  readonly deliveriesPerSec: number;
}

export interface History {
  readonly stepMs: number;
  readonly points: readonly HistoryPoint[];
}

interface Room {
  readonly roomId: string;
  readonly zoneId: string | null;
  readonly online: number;
  readonly messagesPerSec: number;
}

/** Viewers per room: more of them the smaller the number of the room. */
export const ROOMS = { 'op-large': 6, 'op-medium': 4, 'op-small': 2 } as const;

const bodyOf = <Body>({ status, body }: ApiAnswer): Body => {
  assert.equal(status, 200, JSON.stringify(body));
  return body as Body;
};

/** A system, its viewers and the questions that operators ask. */
export class OperatorStage {
  readonly longwire: Longwire;
  readonly viewers: readonly Viewer[];

  constructor(longwire: Longwire, viewers: readonly Viewer[]) {
    this.longwire = longwire;
    this.viewers = viewers;
  }

  static async open(mode: Mode, nodes: number): Promise<OperatorStage> {
    const longwire = await Longwire.launch({ mode });
    const members = Object.entries(ROOMS).flatMap(([roomId, count]) =>
      Array.from({ length: count }, (_, index) => ({ deviceId: `${roomId}-${index}`, roomId, node: index % nodes })),
    );
    return new OperatorStage(longwire, await enterAll(longwire, members));
  }

  async close(): Promise<void> {
    for (const viewer of this.viewers) viewer.close();
    const exit = await this.longwire.stop();
    assert.equal(exit.code, 0, exit.stderr);
  }

  async get<Body>(path: string): Promise<Body> {
    return bodyOf<Body>(await this.longwire.api.service('GET', path));
  }

  overview(): Promise<Overview> {
    return this.get('/v1/admin/overview');
  }

  async rooms(query: string): Promise<readonly Room[]> {
    return (await this.get<{ rooms: readonly Room[] }>(`/v1/admin/rooms?${query}`)).rooms;
  }

  /** Waits until the trace has what the test asks for. */
  trace(messageId: string, isWhole: (spans: readonly Span[]) => boolean): Promise<readonly Span[]> {
    return eventually(async () => {
      const { spans } = await this.get<{ spans: readonly Span[] }>(`/v1/messages/${messageId}/trace`);
      assert.ok(isWhole(spans), JSON.stringify(spans));
      return spans;
    });
  }

  async push(target: unknown, query = '', rest: Record<string, unknown> = {}): Promise<string> {
    const answer = await this.longwire.api.service('POST', `/v1/push${query}`, {
      target,
      payload: { cmd: 'OPERATOR' },
      ...rest,
    });
    assert.equal(answer.status, 202, JSON.stringify(answer.body));
    return String(answer.body['messageId']);
  }
}

export const stagesOf = (spans: readonly Span[]): readonly string[] => spans.map(({ stage }) => stage);
export const named = (spans: readonly Span[], stage: string): readonly Span[] =>
  spans.filter((span) => span.stage === stage);
export const hasAll = (spans: readonly Span[], stages: readonly string[]): boolean =>
  stages.every((stage) => stagesOf(spans).includes(stage));
