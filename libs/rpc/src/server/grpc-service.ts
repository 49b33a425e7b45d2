import type { ServiceDefinition, UntypedServiceImplementation } from '@grpc/grpc-js';

/** One service as `serveGrpc` takes it. */
export interface GrpcService {
  readonly definition: ServiceDefinition;
  readonly implementation: UntypedServiceImplementation;
  /** Its file below `protos/`, for reflection. */
  readonly protoFile: string;
  /** Ends the streams that are open: called when the server closes and takes no new ones. */
  readonly endStreams?: () => void;
}

/** The full name of a service, as health checks ask for it: `longwire.logic.v1.LogicService`. */
export function serviceNameOf(definition: ServiceDefinition): string {
  const [first] = Object.values(definition);
  return first?.path.split('/')[1] ?? '';
}
