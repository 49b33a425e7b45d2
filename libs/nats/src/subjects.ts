import type { Lane, Topic } from '@longwire/domain';

/** First token after `lw` of every subject of a lane. */
const LANE_TOKENS = { bulk: 'b', express: 'x' } as const satisfies Record<Lane, string>;

/**
 * The subject of a topic on one lane, injective over lanes and topics. Shapes, `<l>` being `b` (bulk) or `x` (express):
 *
 * | subject | topic |
 * |---|---|
 * | `lw.<l>.room-push.<partition>` | room-push |
 * | `lw.<l>.room-batch.<roomId>` | room-batch |
 * | `lw.<l>.room-demand.<partition>` | room-demand |
 * | `lw.<l>.room-history.<partition>` | room-history |
 * | `lw.<l>.room-traffic.<partition>` | room-traffic |
 * | `lw.<l>.node.<nodeId>` | node |
 * | `lw.<l>.node-history.<nodeId>` | node-history |
 * | `lw.<l>.<kind>` | room-demand-query, broadcast-push, broadcast, direct-push, acks, arrivals, message-status, partition-claims, room-zones, vitals, trace |
 *
 * An id's `.` is written `~`, which no id can hold: an id is always one token and never a wildcard.
 */
export function subjectOf(lane: Lane, topic: Topic): string {
  const prefix = `lw.${LANE_TOKENS[lane]}.${topic.kind}`;
  switch (topic.kind) {
    case 'room-push':
    case 'room-demand':
    case 'room-history':
    case 'room-traffic':
      return `${prefix}.${topic.partition}`;
    case 'room-batch':
      return `${prefix}.${tokenOf(topic.roomId)}`;
    case 'node':
    case 'node-history':
      return `${prefix}.${tokenOf(topic.nodeId)}`;
    default:
      return prefix;
  }
}

function tokenOf(id: string): string {
  return id.includes('.') ? id.replaceAll('.', '~') : id;
}
