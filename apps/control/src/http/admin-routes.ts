import type { NodeRecord, NodeState } from '@longwire/domain';
import { authorize } from '@longwire/runtime';
import type { ApiKeyChecker, HttpServer } from '@longwire/runtime';
import type { NodeRegistry } from '../nodes/node-registry.ts';
import type { OperatorDecisions } from '../nodes/operator-decisions.ts';
import type { LinkQualityTable } from '../quality/link-quality-table.ts';
import { nodePath, weightBody } from './request-schemas.ts';
import { decisionNoted, nodesView, nodeView, nodeViewOf } from './response-schemas.ts';

/** What an operator can tell a node to do, and the state it is in from then on. */
const ACTIONS = { drain: 'draining', eject: 'ejected', restore: 'active' } as const satisfies Record<string, NodeState>;

export interface AdminRoutesOptions {
  readonly checker: ApiKeyChecker;
  readonly registry: Pick<NodeRegistry, 'current' | 'refresh'>;
  readonly decisions: OperatorDecisions;
  readonly quality: Pick<LinkQualityTable, 'standing'>;
  /** Told of each decision that was taken. */
  readonly onDecision: (decision: keyof typeof ACTIONS | 'weight') => void;
}

/** /v1/admin/nodes: every live node with its load, and what operators decide about them. */
export function addAdminRoutes(server: HttpServer, options: AdminRoutesOptions): void {
  const { checker, registry, decisions, quality, onDecision } = options;
  const viewOf = (record: NodeRecord) => nodeViewOf(record, quality.standing(record.description.nodeId));
  const onRequest = async (request: Parameters<typeof authorize>[0]): Promise<void> => {
    await authorize(request, checker, 'admin');
  };
  server.route({
    method: 'GET',
    url: '/v1/admin/nodes',
    schema: { summary: 'All live nodes with load, state, weight and lease', response: { 200: nodesView } },
    onRequest,
    handler: async () => {
      // Operators see what is, not what was 250 ms ago.
      await registry.refresh();
      const { version, nodes } = registry.current();
      return { version, nodes: [...nodes.values()].map(viewOf) };
    },
  });
  for (const action of ['drain', 'eject', 'restore'] as const) {
    server.route({
      method: 'POST',
      url: `/v1/admin/nodes/:nodeId/${action}`,
      schema: {
        summary: `Sets the node's state to ${ACTIONS[action]}`,
        params: nodePath,
        response: { 200: nodeView, 202: decisionNoted },
      },
      onRequest,
      handler: async (request, reply) => {
        const { nodeId } = request.params;
        const record = await decisions.setState(nodeId, ACTIONS[action]);
        onDecision(action);
        if (record === 'not-alive') return reply.code(202).send({ nodeId, isAlive: false });
        return reply.send(viewOf(record));
      },
    });
  }
  server.route({
    method: 'PUT',
    url: '/v1/admin/nodes/:nodeId/weight',
    schema: {
      summary: "Sets the node's weight: 1 is usual, 2 gets twice the clients, 0 none",
      params: nodePath,
      body: weightBody,
      response: { 200: nodeView, 202: decisionNoted },
    },
    onRequest,
    handler: async (request, reply) => {
      const { nodeId } = request.params;
      const record = await decisions.setWeight(nodeId, request.body.weight);
      onDecision('weight');
      if (record === 'not-alive') return reply.code(202).send({ nodeId, isAlive: false });
      return reply.send(viewOf(record));
    },
  });
}
