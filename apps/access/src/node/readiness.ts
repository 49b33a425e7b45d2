import type { Bus, LogicApi } from '@longwire/domain';
import type { Health } from '@longwire/runtime';

export interface ReadinessOptions {
  readonly health: Health;
  readonly bulkBus: Bus;
  readonly expressBus: Bus;
  readonly logic: Pick<LogicApi, 'isAvailable'>;
  readonly isInSync: () => boolean;
  readonly isControlAnswering: () => boolean;
  readonly isLeaving: () => boolean;
}

/** Registers what must hold for this node to get new clients; it serves the ones it has either way. Returns the undo. */
export function registerReadiness(options: ReadinessOptions): () => void {
  const { health, bulkBus, expressBus, logic, isInSync, isControlAnswering, isLeaving } = options;
  const undos = [
    health.register('access-bulk-bus', () => bulkBus.isConnected() || 'the bulk bus is cut off'),
    health.register('access-express-bus', () => expressBus.isConnected() || 'the express bus is cut off'),
    health.register('access-logic', () => logic.isAvailable() || 'logic does not answer'),
    health.register('access-sessions', () => isInSync() || 'logic has not yet been told of all sessions'),
    health.register('access-control', () => isControlAnswering() || 'control does not answer'),
    health.register('access-drain', () => !isLeaving() || 'the node is draining, or its ports are not open again yet'),
  ];
  return () => {
    for (const undo of undos) undo();
  };
}
