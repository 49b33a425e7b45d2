import type { Timer } from '@longwire/domain';
import type { NodeHint } from '@longwire/wire';
import type { ClientClock } from '../clock.ts';
import type { Connection } from './connection.ts';

/** A node that has not opened a line by then gets company. */
export const RACE_AFTER_MS = 1_000;
export const DIAL_MS = 8_000;

export interface RaceOptions {
  readonly nodes: readonly NodeHint[];
  readonly clock: ClientClock;
  readonly open: (node: NodeHint) => Connection;
  readonly onFailed: (node: NodeHint) => void;
}

/**
 * Opens a connection to the first node; when that takes long or fails, to the next one beside it. The first to open wins
 * and the others are closed before they said who they are. Undefined when none opens in time.
 */
export function raceNodes({ nodes, clock, open, onFailed }: RaceOptions): Promise<Connection | undefined> {
  return new Promise((resolve) => {
    const running = new Set<Connection>();
    let started = 0;
    let timer: Timer | undefined;
    const finish = (winner: Connection | undefined): void => {
      timer?.cancel();
      deadline.cancel();
      started = nodes.length;
      for (const connection of running) {
        if (connection === winner) continue;
        if (winner === undefined) onFailed(connection.node);
        connection.close('not needed');
      }
      running.clear();
      resolve(winner);
    };
    const startNext = (): void => {
      timer?.cancel();
      const node = nodes[started];
      if (node === undefined) {
        if (running.size === 0) finish(undefined);
        return;
      }
      started += 1;
      timer = clock.after(RACE_AFTER_MS, startNext);
      const connection = open(node);
      running.add(connection);
      void connection.opened.then((isOpen) => {
        if (!running.delete(connection)) return;
        if (isOpen) return finish(connection);
        onFailed(node);
        startNext();
      });
    };
    const deadline = clock.after(DIAL_MS, () => finish(undefined));
    startNext();
  });
}
