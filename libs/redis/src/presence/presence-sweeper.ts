import { trustedId } from '@longwire/domain';
import type { NodeId, NodeIncarnation } from '@longwire/domain';
import { nodeLeaseKey, nodeRunsKey, presenceNodesKey, runDigestsKey, runSessionsKey } from '../keys.ts';
import { luaScript } from '../lua-script.ts';
import type { RedisCommands } from '../redis-commands.ts';
import { addChange, IndexChanges } from './index-changes.ts';
import type { PresenceWriter } from './presence-writer.ts';
import { connectionIdOf, decodeSessions } from './session-record.ts';

const lapsedRuns = luaScript('lapsed-runs');
const beginSweep = luaScript('begin-sweep');

/** Finds runs whose lease has lapsed and closes their sessions. Several sweepers at once do no harm. */
export class PresenceSweeper {
  readonly #commands: RedisCommands;
  readonly #writer: PresenceWriter;

  constructor(commands: RedisCommands, writer: PresenceWriter) {
    this.#commands = commands;
    this.#writer = writer;
  }

  async lapsedNodes(): Promise<readonly NodeIncarnation[]> {
    const nodeIds = (await this.#commands.call('SMEMBERS', presenceNodesKey)) as string[];
    const perNode = await Promise.all(
      nodeIds.map(async (nodeId) => {
        const runs = await this.#commands.script(lapsedRuns, [nodeLeaseKey(nodeId), nodeRunsKey(nodeId)]);
        return (runs as string[]).map((run) => ({ nodeId: trustedId<NodeId>(nodeId), incarnation: Number(run) }));
      }),
    );
    return perNode.flat();
  }

  async sweepNode(node: NodeIncarnation, limit: number): Promise<number> {
    const { nodeId, incarnation } = node;
    const keys = [
      nodeLeaseKey(nodeId),
      runSessionsKey(nodeId, incarnation),
      nodeRunsKey(nodeId),
      runDigestsKey(nodeId, incarnation),
    ];
    const picked = await this.#commands.script(beginSweep, keys, [incarnation, limit]);
    if (picked === 'forgotten') await this.#commands.call('SREM', presenceNodesKey, nodeId);
    if (!Array.isArray(picked)) return 0;
    const sessions = decodeSessions(picked as string[]);
    const indexes = new IndexChanges(node);
    for (const session of sessions) addChange(indexes, { change: { type: 'close', session }, before: session.rooms });
    await this.#writer.writeIndexes(indexes);
    await this.#writer.finishSweep(node, sessions.map(connectionIdOf));
    return sessions.length;
  }
}
