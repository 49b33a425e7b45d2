import { AppError } from '@longwire/domain';
import type { Clock, Credential } from '@longwire/domain';
import { authorize } from '@longwire/runtime';
import type { ApiKeyChecker, HttpServer } from '@longwire/runtime';
import { nodeAddressOf } from '../nodes/node-address.ts';
import type { NodeRegistry } from '../nodes/node-registry.ts';
import type { Scheduler } from '../schedule/scheduler.ts';
import type { ConnectTokens } from '../token/connect-tokens.ts';
import { callerAddressOf } from './caller-address.ts';
import type { ConnectLimits } from './connect-limits.ts';
import { connectBody } from './request-schemas.ts';
import { connectAnswer } from './response-schemas.ts';

const RETRY_AFTER_MS = 2000;
/** Name of what the hook leaves for the handler on the request. */
const CREDENTIAL = 'credential';

export interface ConnectRouteOptions {
  readonly checker: ApiKeyChecker;
  readonly limits: ConnectLimits;
  readonly registry: Pick<NodeRegistry, 'current'>;
  readonly scheduler: Pick<Scheduler, 'place'>;
  readonly tokens: ConnectTokens;
  readonly clock: Pick<Clock, 'now'>;
  readonly heartbeatMs: number;
  readonly isBehindProxy: boolean;
  /** Told of each answer: `none` when there was no node to send the client to. */
  readonly onPlaced: (region: 'none-asked' | 'own' | 'other' | 'none') => void;
}

/** POST /v1/connect: a token and the nodes to use it at. */
export function addConnectRoute(server: HttpServer, options: ConnectRouteOptions): void {
  const { checker, limits, registry, scheduler, tokens, clock, heartbeatMs, isBehindProxy, onPlaced } = options;
  server.decorateRequest(CREDENTIAL, null);
  server.route({
    method: 'POST',
    url: '/v1/connect',
    schema: {
      summary: 'A token for one client and the access nodes it should dial',
      body: connectBody,
      response: { 200: connectAnswer },
    },
    // Before the body is read: who may not come in costs no more than this.
    onRequest: async (request) => {
      limits.takeForAddress(callerAddressOf(request, isBehindProxy));
      const credential = await authorize(request, checker, 'connect');
      limits.takeForKey(credential.keyId);
      request.setDecorator(CREDENTIAL, credential);
    },
    handler: async (request, reply) => {
      const { body } = request;
      const region = body.region || undefined;
      const list = registry.current();
      const nodes = scheduler.place(list.offered, { region, nowMs: clock.now() });
      const best = nodes[0];
      if (best === undefined) {
        onPlaced('none');
        throw new AppError('no-node-available', 'No access node can take a connection now', {
          retryAfterMs: RETRY_AFTER_MS,
        });
      }
      onPlaced(region === undefined ? 'none-asked' : best.description.region === region ? 'own' : 'other');
      const { token, expiresAtMs } = await tokens.mint(body, request.getDecorator<Credential>(CREDENTIAL));
      reply.header('cache-control', 'no-store');
      return {
        token,
        expiresAt: expiresAtMs,
        heartbeatMs,
        listVersion: list.version,
        nodes: nodes.map(nodeAddressOf),
      };
    },
  });
}
