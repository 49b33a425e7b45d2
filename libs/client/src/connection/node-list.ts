import type { NodeHint } from '@longwire/wire';

/** More nodes than this are not looked at, however many a server names. */
const MAX_NODES = 16;

/** The nodes to try, best first, and how they did. A node that fails goes behind those that did not. */
export class NodeList {
  #nodes: readonly NodeHint[] = [];
  #version = 0;
  readonly #failures = new Map<string, number>();

  /** Takes a list; one of the same version as before keeps what was learned of its nodes. */
  replace(nodes: readonly NodeHint[], version = 0): void {
    if (version === 0 || version !== this.#version || this.isExhausted) this.forgive();
    this.#version = version;
    this.#nodes = nodes.slice(0, MAX_NODES);
  }

  /** In the order to try: as given, but those that failed last. */
  order(): readonly NodeHint[] {
    return this.#nodes.toSorted((a, b) => this.#rank(a) - this.#rank(b));
  }

  /** The node let us down; `isCertain` when it is of no use now, as after a failed dial or when it is being emptied. */
  failed(nodeId: string, isCertain: boolean): void {
    this.#failures.set(nodeId, (this.#failures.get(nodeId) ?? 0) + (isCertain ? 2 : 1));
  }

  worked(nodeId: string): void {
    this.#failures.delete(nodeId);
  }

  /** Forgets all failures. */
  forgive(): void {
    this.#failures.clear();
  }

  /** No node is left that did not fail: time for a new list. */
  get isExhausted(): boolean {
    return this.#nodes.every((node) => this.#rank(node) > 0);
  }

  /** Two failures in a row send the client to another node. */
  #rank({ nodeId }: NodeHint): number {
    return (this.#failures.get(nodeId) ?? 0) >> 1;
  }
}
