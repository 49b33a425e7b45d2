/** How far one reader of the event log has come. */
export interface EventCursor {
  /** A position of the event log. */
  readonly position: string;
  /** Of the lease under which it was saved: a reader that has lost its lease cannot set a newer one back. */
  readonly epoch: number;
}

/**
 * Where those who pass the event log on stand, by name, over restarts. All methods reject with `store-unavailable`. Lost with
 * the store: the reader then begins again with what the log has.
 */
export interface EventCursors {
  /** Undefined when nothing was saved under this name. */
  read(name: string): Promise<EventCursor | undefined>;
  /** False, and nothing is changed, when one with a higher epoch was saved. */
  save(name: string, cursor: EventCursor): Promise<boolean>;
}
