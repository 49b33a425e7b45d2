/** What is true of the client's connection right now. */
export type ClientState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'live'; readonly nodeId: string }
  /** Tries again at `retryAtMs` on `performance.now()`, or sooner when network or page come back. */
  | { readonly kind: 'reconnecting'; readonly reason: string; readonly retryAtMs: number }
  /** There is no network; tries again when there is. */
  | { readonly kind: 'offline' }
  /** For good. `code` is the close code (4500 to 4999), or 1000 when you closed it or no ticket was given. */
  | ClosedState;

export interface ClosedState {
  readonly kind: 'closed';
  readonly code: number;
  readonly reason: string;
}
