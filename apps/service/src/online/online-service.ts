import { requireScope } from '@longwire/auth';
import { AppError } from '@longwire/domain';
import type { Bus, Credential, LogicApi, OnlineTotals, UserId } from '@longwire/domain';
import { NodeCommand } from '@longwire/protos/bus/v1';
import { z } from 'zod';

/** What the client is told when the caller gives no reason. */
export const DEFAULT_KICK_REASON = 'kicked';
export const kickReasonSchema = z.string().max(200).describe('Told to the client');

export interface PresenceView {
  readonly online: boolean;
  readonly connections: {
    readonly connectionId: string;
    readonly deviceId: string;
    readonly nodeId: string;
    readonly rooms: string[];
  }[];
}

export interface OnlineServicePorts {
  readonly logic: LogicApi;
  readonly expressBus: Bus;
}

/** Who is online and where, and how the business closes a user's connections. */
export class OnlineService {
  readonly #ports: OnlineServicePorts;

  constructor(ports: OnlineServicePorts) {
    this.#ports = ports;
  }

  async totals(credential: Credential): Promise<OnlineTotals> {
    requireScope(credential, 'read');
    return this.#ports.logic.totals();
  }

  async presence(credential: Credential, userId: UserId): Promise<PresenceView> {
    requireScope(credential, 'read');
    const sessions = await this.#ports.logic.sessionsOfUser(userId);
    const connections = sessions.map(({ connectionId, deviceId, nodeId, rooms }) => ({
      connectionId,
      deviceId,
      nodeId,
      rooms: [...rooms],
    }));
    return { online: connections.length > 0, connections };
  }

  /** Orders every access node that has the user to close the connections; returns how many there were. */
  async kick(credential: Credential, userId: UserId, reason: string): Promise<number> {
    requireScope(credential, 'kick');
    const sessions = await this.#ports.logic.sessionsOfUser(userId);
    const command = NodeCommand.encode({ command: { $case: 'kick', value: { userId, reason } } }).finish();
    for (const nodeId of new Set(sessions.map((session) => session.nodeId))) {
      if (this.#ports.expressBus.publish({ kind: 'node', nodeId }, command) === 'unavailable') {
        throw new AppError('bus-unavailable', 'The message bus cannot be reached', { retryAfterMs: 1000 });
      }
    }
    return sessions.length;
  }
}
