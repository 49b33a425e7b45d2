import { ENCODINGS } from '@longwire/domain';
import type { Encoding } from '@longwire/domain';

/** What one access node says of its members in a room. */
export interface NodeAudience {
  /** Sum of ENCODING_BITS. */
  readonly encodings: number;
  /** Members by the encoding they take, in the order of ENCODINGS; empty: not known. */
  readonly viewers: readonly number[];
  /** Dictionaries of the room that the node has and its members were sent. */
  readonly dictionaryIds: readonly number[];
}

/** One encoding that a batch is to be made in, and how many will get it; 0: nobody, or nobody knows. */
export interface WantedEncoding {
  readonly encoding: Encoding;
  readonly viewers: number;
}

const AT = Object.fromEntries(ENCODINGS.map((encoding, index) => [encoding, index])) as Record<Encoding, number>;

const PLAIN_ALONE: readonly WantedEncoding[] = [{ encoding: 'plain', viewers: 0 }];

/** Members who could take a room's dictionary. */
export function dictionaryViewers(nodes: Iterable<NodeAudience>): number {
  let viewers = 0;
  for (const node of nodes) viewers += node.viewers[AT.dictionary] ?? 0;
  return viewers;
}

/**
 * The encodings that the nodes of a room need together, each once, plain alone when there is no node. Who takes
 * dictionaries needs brotli where the node has not got this one (0: there is none). ENCODING_BITS count up in the order of
 * ENCODINGS. Guarded by the micro bench `take-pushes`.
 */
export function wantedEncodings(nodes: readonly NodeAudience[], dictionaryId: number): readonly WantedEncoding[] {
  let bits = 0;
  const viewers = [0, 0, 0, 0];
  for (const node of nodes) {
    for (let index = 0; index < ENCODINGS.length; index += 1) {
      if ((node.encodings & (1 << index)) === 0) continue;
      const isWithout = index === AT.dictionary && !node.dictionaryIds.includes(dictionaryId);
      const at = isWithout ? AT.brotli : index;
      bits |= 1 << at;
      viewers[at] = (viewers[at] ?? 0) + (node.viewers[index] ?? 0);
    }
  }
  if (bits === 0) return PLAIN_ALONE;
  const wanted: WantedEncoding[] = [];
  for (const [index, encoding] of ENCODINGS.entries()) {
    if ((bits & (1 << index)) !== 0) wanted.push({ encoding, viewers: viewers[index] ?? 0 });
  }
  return wanted;
}
