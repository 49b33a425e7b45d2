import type { LoadReport, NodeDirectory, NodeRecord, NodeReport, NodeState } from '@longwire/domain';
import { nodeDirectoryKeys as keys } from './keys.ts';
import { luaScript } from './lua-script.ts';
import type { RedisConnection } from './redis-connection.ts';

const reportNode = luaScript('report-node');
const removeNode = luaScript('remove-node');
const listNodes = luaScript('list-nodes');
const decideNode = luaScript('decide-node');

const ALL_KEYS = [keys.facts, keys.load, keys.until, keys.since, keys.decided, keys.version];
const SAFETY_EXPIRY_S = 30 * 24 * 3600;
const FIELDS_PER_NODE = 5;

type Facts = Pick<NodeReport, 'description' | 'isLeaving'>;

/** A NodeDirectory in Redis. Versions start at the server's time in s, so they rise over a loss of the data too. */
export function createRedisNodeDirectory({ commands }: RedisConnection): NodeDirectory {
  const decide = async (nodeId: string, state: string, weight: string): Promise<boolean> =>
    (await commands.script(decideNode, [keys.until, keys.decided, keys.version], [nodeId, state, weight])) === 1;

  return {
    async report({ description, load, isLeaving }, ttlMs) {
      const { nodeId, incarnation } = description;
      const facts = JSON.stringify(canonicalFacts({ description, isLeaving }));
      const args = [nodeId, incarnation, facts, JSON.stringify(load), ttlMs, SAFETY_EXPIRY_S];
      return decodeRecord((await commands.script(reportNode, ALL_KEYS, args)) as string[]);
    },
    async remove(nodeId, incarnation) {
      const touched = [keys.facts, keys.load, keys.until, keys.since, keys.version];
      await commands.script(removeNode, touched, [nodeId, incarnation]);
    },
    async snapshot() {
      const [version, ...fields] = (await commands.script(listNodes, ALL_KEYS)) as string[];
      const count = fields.length / FIELDS_PER_NODE;
      const nodes = Array.from({ length: count }, (_, index) =>
        decodeRecord(fields.slice(index * FIELDS_PER_NODE, (index + 1) * FIELDS_PER_NODE)),
      );
      return { version: Number(version), nodes: nodes.toSorted(byNodeId) };
    },
    setState: (nodeId, state) => decide(nodeId, state, ''),
    setWeight: (nodeId, weight) => decide(nodeId, '', String(weight)),
  };
}

/** The same fields in the same order whoever reports, since the script compares them as text. */
function canonicalFacts({ description, isLeaving }: Facts): Facts {
  const { nodeId, incarnation, region, site, wsUrl, tcpAddress, version } = description;
  return { description: { nodeId, incarnation, region, site, wsUrl, tcpAddress, version }, isLeaving };
}

function decodeRecord([facts = '', load = '', since = '', decided = '', until = '']: readonly string[]): NodeRecord {
  const [state = 'active', weight = '1'] = decided === '' ? [] : decided.split('|');
  return {
    ...(JSON.parse(facts) as Facts),
    load: JSON.parse(load) as LoadReport,
    state: state as NodeState,
    weight: Number(weight),
    registeredAtMs: Number(since.split('|')[1]),
    leaseUntilMs: Number(until),
  };
}

function byNodeId(a: NodeRecord, b: NodeRecord): number {
  return a.description.nodeId < b.description.nodeId ? -1 : Number(a.description.nodeId > b.description.nodeId);
}
