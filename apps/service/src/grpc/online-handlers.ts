import type { UserId } from '@longwire/domain';
import { OnlineServiceService } from '@longwire/protos/service/v1';
import { unaryService } from '@longwire/rpc';
import type { GrpcService } from '@longwire/rpc';
import { idSchema } from '@longwire/runtime';
import type { Logger } from '@longwire/runtime';
import { DEFAULT_KICK_REASON, kickReasonSchema } from '../online/online-service.ts';
import type { OnlineService } from '../online/online-service.ts';
import { parseWith, PROTO_FILE } from './call-request.ts';
import type { AuthenticateCall } from './call-request.ts';

export interface OnlineHandlerPorts {
  readonly authenticate: AuthenticateCall;
  readonly online: OnlineService;
  readonly logger: Logger;
}

/** OnlineService of `longwire.service.v1`. */
export function onlineHandlers({ authenticate, online, logger }: OnlineHandlerPorts): GrpcService {
  return unaryService({
    definition: OnlineServiceService,
    protoFile: PROTO_FILE,
    logger,
    handlers: {
      getOnline: async (_request, context) => online.totals(await authenticate(context)),
      getPresence: async (request, context) => {
        const credential = await authenticate(context);
        return online.presence(credential, parseWith(idSchema<UserId>(), request.userId));
      },
      kickUser: async (request, context) => {
        const credential = await authenticate(context);
        const userId = parseWith(idSchema<UserId>(), request.userId);
        const reason = parseWith(kickReasonSchema, request.reason === '' ? DEFAULT_KICK_REASON : request.reason);
        return { connections: await online.kick(credential, userId, reason) };
      },
    },
  });
}
