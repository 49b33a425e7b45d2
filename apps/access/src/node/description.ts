import type { NodeDescription, NodeIncarnation } from '@longwire/domain';
import type { AccessConfig } from '../config.ts';
import type { ListenerGroup } from '../transport/listener-group.ts';
import { WEBSOCKET_PATH } from '../transport/websocket-server.ts';

/** Of the protocol and the software, as operators see it in the node list. */
const VERSION = '0.0.0';

type AddressConfig = Pick<AccessConfig, 'host' | 'advertiseWs' | 'advertiseTcp' | 'region' | 'site'>;

/** How clients reach this node: what the operator says, else host and port, without TLS where that is offered. */
export function describeNode(node: NodeIncarnation, config: AddressConfig, listeners: ListenerGroup): NodeDescription {
  const { host, region, site } = config;
  const wsPort = listeners.portOf('ws');
  const scheme = wsPort === null ? 'wss' : 'ws';
  const tcpPort = listeners.portOf('tcp') ?? listeners.portOf('tls');
  return {
    nodeId: node.nodeId,
    incarnation: node.incarnation,
    region,
    site,
    wsUrl: config.advertiseWs ?? `${scheme}://${bracketed(host)}:${wsPort ?? listeners.portOf('wss')}${WEBSOCKET_PATH}`,
    tcpAddress: config.advertiseTcp ?? `${bracketed(host)}:${tcpPort}`,
    version: VERSION,
  };
}

/** IPv6 addresses stand in brackets before a port. */
function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
