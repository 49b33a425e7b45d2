export { serveGrpc } from './server/serve-grpc.ts';
export { unaryService } from './server/unary-service.ts';
export { serveLogic } from './logic/serve-logic.ts';
export { openLogicClient } from './logic/logic-client.ts';
export { serveControl } from './control/serve-control.ts';
export { openControlClient } from './control/control-client.ts';
export { ERROR_CODE_KEY, ERROR_FIELD_KEY, RETRY_AFTER_KEY } from './error-status.ts';

export type { GrpcServer, ServeGrpcOptions } from './server/serve-grpc.ts';
export type { GrpcService } from './server/grpc-service.ts';
export type { CallContext, UnaryHandler, UnaryHandlers, UnaryServiceOptions } from './server/unary-service.ts';
export type { ServeLogicOptions } from './logic/serve-logic.ts';
export type { LogicClient, LogicClientOptions } from './logic/logic-client.ts';
export type { ServeControlOptions } from './control/serve-control.ts';
export type { ControlClient, ControlClientOptions } from './control/control-client.ts';
