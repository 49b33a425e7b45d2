/**
 * Plain messages to programs that are no part of Longwire, by a subject they have chosen. Nothing is stored: who does not
 * listen misses it.
 */
export interface SubjectLine {
  /** Never waits. `unavailable` means it was dropped. */
  publishTo(subject: string, payload: Uint8Array): 'sent' | 'unavailable';
  /** Resolves when all that was published before is on the server. Rejects with `bus-unavailable`. */
  flush(): Promise<void>;
}
