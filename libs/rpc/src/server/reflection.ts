import { fileURLToPath } from 'node:url';
import type { Server } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { ReflectionService } from '@grpc/reflection';
import { protoPath as healthProtoPath } from 'grpc-health-check';

/** Lets tools such as grpcurl list and describe the services of these files (and health). */
export function addReflection(server: Server, protoFiles: readonly string[]): void {
  const root = fileURLToPath(new URL('.', import.meta.resolve('@longwire/protos/package.json')));
  const files = [...new Set(protoFiles)];
  new ReflectionService(loadSync([...files, healthProtoPath], { includeDirs: [root] })).addToServer(server);
}
