import type { Client, Message } from '@longwire/client';

/** How a watched room is shown. */
export interface WatchView {
  /** Resolves when the next one may come: a slow terminal holds the room back, not the other way round. */
  readonly onMessage: (message: Message) => void | Promise<void>;
  readonly onChange: (change: WatchChange) => void | Promise<void>;
  readonly close: () => void;
}

/** What is told besides messages. */
export type WatchChange =
  | { readonly type: 'state'; readonly state: Client['state'] }
  | { readonly type: 'online'; readonly roomId: string; readonly online: number }
  | { readonly type: 'gap'; readonly roomId: string | null; readonly missed: number | null }
  | { readonly type: 'fault'; readonly kind: string; readonly detail: string };
