import {
  AppError,
  type NodeDirective,
  type NodeId,
  type NodeReport,
  type NodeState,
  trustedId,
} from '@longwire/domain';
import { type LinkRequest, type LinkResponse, NodeState as StateMessage } from '@longwire/protos/control/v1';

const STATES = {
  active: StateMessage.ACTIVE,
  draining: StateMessage.DRAINING,
  ejected: StateMessage.EJECTED,
} as const satisfies Record<NodeState, StateMessage>;

export function toLinkRequest({ description, load, isLeaving }: NodeReport, isGone: boolean): LinkRequest {
  return { description, load, isLeaving, isGone };
}

/** Throws AppError `invalid-request` when a part is missing. */
export function toNodeReport({ description, load, isLeaving }: LinkRequest): NodeReport {
  if (description === undefined) throw new AppError('invalid-request', 'A report needs a description');
  if (load === undefined) throw new AppError('invalid-request', 'A report needs a load');
  return { description: { ...description, nodeId: trustedId<NodeId>(description.nodeId) }, load, isLeaving };
}

/** No directive (control cannot say) travels as the unspecified state. */
export function toLinkResponse(directive: NodeDirective | undefined): LinkResponse {
  if (directive === undefined) return { state: StateMessage.UNSPECIFIED, alternatives: [] };
  return { state: STATES[directive.state], alternatives: [...directive.alternatives] };
}

export function toDirective(response: LinkResponse | undefined): NodeDirective | undefined {
  const state = toState(response?.state);
  return response === undefined || state === undefined ? undefined : { state, alternatives: response.alternatives };
}

function toState(message: StateMessage | undefined): NodeState | undefined {
  switch (message) {
    case StateMessage.ACTIVE:
      return 'active';
    case StateMessage.DRAINING:
      return 'draining';
    case StateMessage.EJECTED:
      return 'ejected';
    default:
      return undefined;
  }
}
