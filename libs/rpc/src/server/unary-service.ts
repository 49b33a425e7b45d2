import {
  type handleUnaryCall,
  type Metadata,
  type sendUnaryData,
  type ServerUnaryCall,
  type ServiceDefinition,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import type { Logger } from '@longwire/runtime';
import { toAppError } from '@longwire/domain';
import { statusOf } from '../error-status.ts';
import type { GrpcService } from './grpc-service.ts';

/** What a handler may know of a call beside its request. */
export interface CallContext {
  /** The first value of a metadata key (lower case), such as `authorization`; binary ones are not shown. */
  metadata(key: string): string | undefined;
  /** Aborted when the client has gone or its deadline is over. */
  readonly signal: AbortSignal;
  /** `address:port` of the client, as this process sees it. */
  readonly clientAddress: string;
}

/** Answers one call; an AppError it throws is what the client gets, anything else is `internal`. */
export type UnaryHandler<Request, Response> = (request: Request, context: CallContext) => Promise<Response>;

/** One handler per method of a generated service definition. */
export type UnaryHandlers<Definition> = {
  readonly [Name in keyof Definition]: Definition[Name] extends {
    readonly requestDeserialize: (bytes: Buffer) => infer Request;
    readonly responseSerialize: (value: infer Response) => Buffer;
  }
    ? UnaryHandler<Request, Response>
    : never;
};

export interface UnaryServiceOptions<Definition> {
  /** As generated: `PushServiceService`. */
  readonly definition: Definition;
  /** Its file below `protos/`, for reflection: `longwire/service/v1/service.proto`. */
  readonly protoFile: string;
  readonly handlers: UnaryHandlers<Definition>;
  readonly logger: Logger;
}

/** A service of unary methods for `serveGrpc`, from plain async functions. */
export function unaryService<Definition extends ServiceDefinition>(
  options: UnaryServiceOptions<Definition>,
): GrpcService {
  const implementation: UntypedServiceImplementation = {};
  const handlers = options.handlers as Readonly<Record<string, UnaryHandler<unknown, unknown>>>;
  for (const [name, handler] of Object.entries(handlers)) {
    implementation[name] = unaryCall(handler, options.logger);
  }
  return { definition: options.definition, protoFile: options.protoFile, implementation };
}

/** One method from a plain async function: see {@link UnaryHandler}. Logs what is not an AppError. */
export function unaryCall<Request, Response>(
  handler: UnaryHandler<Request, Response>,
  logger: Logger,
): handleUnaryCall<Request, Response> {
  return (call, callback) => void answer(call, callback, handler).catch((err: unknown) => fail(err, callback, logger));
}

async function answer<Request, Response>(
  call: ServerUnaryCall<Request, Response>,
  callback: sendUnaryData<Response>,
  handler: UnaryHandler<Request, Response>,
): Promise<void> {
  const aborter = new AbortController();
  call.on('cancelled', () => aborter.abort());
  const response = await handler(call.request, {
    metadata: (key) => firstText(call.metadata, key),
    signal: aborter.signal,
    clientAddress: call.getPeer(),
  });
  callback(null, response);
}

function fail<Response>(err: unknown, callback: sendUnaryData<Response>, logger: Logger): void {
  if (toAppError(err) !== err) logger.error({ err }, 'grpc-handler-failed');
  callback(statusOf(err));
}

function firstText(metadata: Metadata, key: string): string | undefined {
  const [value] = metadata.get(key);
  return typeof value === 'string' ? value : undefined;
}
