import type { SessionChange, UplinkEvent } from '@longwire/domain';

/** An op 18 on its way to the business, and who is to be told how it went. */
export interface PendingUplink {
  readonly event: UplinkEvent;
  readonly onOutcome: (isApplied: boolean) => void;
}

/** What logic is still to be told, in order; holds at most `maxChanges` and as many uplinks. */
export class ChangeQueue {
  readonly #maxChanges: number;
  #changes: SessionChange[] = [];
  #uplinks: PendingUplink[] = [];

  constructor(maxChanges: number) {
    this.#maxChanges = maxChanges;
  }

  get size(): number {
    return this.#changes.length + this.#uplinks.length;
  }

  /** False when it is full: the change is lost, only a snapshot can make up for it. */
  add(change: SessionChange): boolean {
    if (this.#changes.length >= this.#maxChanges) return false;
    this.#changes.push(change);
    return true;
  }

  addUplink(uplink: PendingUplink): boolean {
    if (this.#uplinks.length >= this.#maxChanges) return false;
    this.#uplinks.push(uplink);
    return true;
  }

  /** Takes up to `limit` of the oldest changes. Uplinks come with the last of them: their sessions are to be known. */
  take(limit: number): { changes: SessionChange[]; uplinks: PendingUplink[] } {
    const changes = this.#changes.splice(0, limit);
    const uplinks = this.#changes.length === 0 ? this.#uplinks.splice(0, limit) : [];
    return { changes, uplinks };
  }

  /** Forgets the changes, which a snapshot is about to make up for. */
  dropChanges(): void {
    this.#changes = [];
  }

  /** Takes all uplinks out, to be refused. */
  takeUplinks(): PendingUplink[] {
    return this.#uplinks.splice(0);
  }
}
