import type { NodeAddress, NodeRecord } from '@longwire/domain';

/** What clients are told of a node: where to dial, and nothing of its load. */
export function nodeAddressOf({ description }: NodeRecord): NodeAddress {
  return {
    nodeId: description.nodeId,
    region: description.region,
    ws: description.wsUrl,
    tcp: description.tcpAddress,
  };
}
