import { AppError } from '@longwire/domain';
import type { MessageId } from '@longwire/domain';
import { Lane, MessageStatus, PushServiceService } from '@longwire/protos/service/v1';
import type { PushRequest as WirePushRequest } from '@longwire/protos/service/v1';
import { unaryService } from '@longwire/rpc';
import type { GrpcService } from '@longwire/rpc';
import { idSchema } from '@longwire/runtime';
import type { Logger } from '@longwire/runtime';
import { parseBody } from '../push/payload.ts';
import { pushRequestSchema } from '../push/push-request.ts';
import type { PushService } from '../push/push-service.ts';
import type { StatusReader } from '../status/status-reader.ts';
import { parseWith, PROTO_FILE } from './call-request.ts';
import type { AuthenticateCall } from './call-request.ts';

const LANE_NAMES: ReadonlyMap<number, string> = new Map([
  [Lane.EXPRESS, 'express'],
  [Lane.BULK, 'bulk'],
]);
const STATUSES = {
  pending: MessageStatus.PENDING,
  delivered: MessageStatus.DELIVERED,
  expired: MessageStatus.EXPIRED,
} as const;

export interface PushHandlerPorts {
  readonly authenticate: AuthenticateCall;
  readonly push: PushService;
  readonly status: StatusReader;
  readonly logger: Logger;
}

/** PushService of `longwire.service.v1`. */
export function pushHandlers({ authenticate, push, status, logger }: PushHandlerPorts): GrpcService {
  return unaryService({
    definition: PushServiceService,
    protoFile: PROTO_FILE,
    logger,
    handlers: {
      push: async (request, context) => {
        const credential = await authenticate(context);
        return push.push(credential, parseWith(pushRequestSchema, toHttpBody(request)));
      },
      getMessage: async (request, context) => {
        const credential = await authenticate(context);
        const messageId = parseWith(idSchema<MessageId>(), request.messageId);
        const report = await status.read(credential, messageId);
        return { ...report, status: STATUSES[report.status] };
      },
    },
  });
}

/** The same request as the HTTP API takes it, so that both doors are checked by one schema. */
function toHttpBody(request: WirePushRequest): unknown {
  const { target, lane, ack, ttlMs, idempotencyKey } = request;
  if (target === undefined) throw new AppError('invalid-request', 'target: is missing', { field: 'target' });
  return {
    target: { kind: target.$case, ...target.value },
    payload: parseBody(request.payload.toString('utf8')),
    lane: LANE_NAMES.get(lane),
    ack,
    ttlMs,
    idempotencyKey: idempotencyKey === '' ? undefined : idempotencyKey,
  };
}
