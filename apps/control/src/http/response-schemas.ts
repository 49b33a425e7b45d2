import { NODE_STATES } from '@longwire/domain';
import type { LinkQuality, NodeRecord } from '@longwire/domain';
import { z } from 'zod';

const nodeAddress = z.object({ nodeId: z.string(), region: z.string(), ws: z.string(), tcp: z.string() });

/** Answer of POST /v1/connect. */
export const connectAnswer = z.object({
  token: z.string().meta({ description: 'For op 7, opaque.' }),
  expiresAt: z.number().meta({ description: 'ms since 1970; to be used for authentication before that.' }),
  heartbeatMs: z.number().meta({ description: 'How often to send op 2.' }),
  listVersion: z.number(),
  nodes: z.array(nodeAddress).meta({ description: 'Best first, at most 3.' }),
});

/** Answer of GET /v1/nodes. */
export const listAnswer = z.object({ version: z.number(), nodes: z.array(nodeAddress) });

const linkQuality = z
  .object({
    reports: z.number().meta({ description: 'How many reports this rests on; old ones count less and less.' }),
    badRatio: z
      .number()
      .meta({ description: 'Share that tells of a failed dial, a lost connection or a slow connect.' }),
    connectMs: z.number().nullable(),
    rttMs: z.number().nullable(),
  })
  .meta({ description: 'What clients say of the node, at this replica; null: nothing.' });

/** A node as operators see it. */
export const nodeView = nodeAddress.extend({
  site: z.string(),
  version: z.string(),
  incarnation: z.number(),
  state: z.enum(NODE_STATES),
  isLeaving: z.boolean(),
  weight: z.number(),
  load: z.object({
    connections: z.number(),
    capacity: z.number(),
    loopDelayMs: z.number(),
    cpuRatio: z.number(),
  }),
  linkQuality: linkQuality.nullable(),
  registeredAt: z.number().meta({ description: 'ms since 1970.' }),
  leaseUntil: z.number().meta({ description: 'ms since 1970; the node is gone then unless it reports.' }),
});

/** Answer of GET /v1/admin/nodes. */
export const nodesView = z.object({ version: z.number(), nodes: z.array(nodeView) });

/** Answer to a decision about a node that is known and not alive: it holds once the node is back. */
export const decisionNoted = z.object({ nodeId: z.string(), isAlive: z.literal(false) });

/** What operators are shown of a record. */
export function nodeViewOf(record: NodeRecord, quality: LinkQuality | undefined): z.input<typeof nodeView> {
  const { description, load } = record;
  return {
    nodeId: description.nodeId,
    region: description.region,
    ws: description.wsUrl,
    tcp: description.tcpAddress,
    site: description.site,
    version: description.version,
    incarnation: description.incarnation,
    state: record.state,
    isLeaving: record.isLeaving,
    weight: record.weight,
    load: {
      connections: load.connections,
      capacity: load.capacity,
      loopDelayMs: load.loopDelayMs,
      cpuRatio: load.cpuRatio,
    },
    linkQuality: quality === undefined ? null : shownQuality(quality),
    registeredAt: record.registeredAtMs,
    leaseUntil: record.leaseUntilMs,
  };
}

function shownQuality({ reports, badRatio, connectMs, rttMs }: LinkQuality): z.input<typeof linkQuality> {
  return { reports: Math.round(reports * 100) / 100, badRatio, connectMs, rttMs };
}
