import { AppError } from '@longwire/domain';
import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import { fastify } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { serializerCompiler } from 'fastify-type-provider-zod';
import type { Logger } from '../logger.ts';
import type { MetricsRegistry } from '../metrics.ts';
import { measureRequests } from './http-metrics.ts';
import { takeOnlyJson } from './json-body.ts';
import { serveOpenApi } from './openapi.ts';
import { PROBLEM_CONTENT_TYPE, problemOf, retryAfterSecondsOf } from './problem.ts';
import { requestErrorOf } from './request-error.ts';
import { zodValidatorCompiler } from './zod-validation.ts';

export type HttpServer = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypeProvider
>;

export interface HttpServerOptions {
  /** App the server belongs to; part of its metrics' names. */
  readonly name: string;
  readonly logger: Logger;
  readonly metrics: MetricsRegistry;
  /** Larger bodies are refused with 413. */
  readonly bodyLimitBytes: number;
  /** Of the API, in /openapi.json. */
  readonly title: string;
  readonly version: string;
}

/** How long a request may take to arrive whole; answers, such as event streams, may go on. */
const REQUEST_TIMEOUT_MS = 15_000;
/** How long requests that are under way may take once the server closes; then their connections are cut. */
const CLOSE_GRACE_MS = 1_000;

/**
 * Makes a server whose routes are checked and described by zod schemas. Every error leaves as problem+json with a code
 * of the error table; only JSON bodies are taken. Add the routes, then `listenHttp`; `close` ends it within about a
 * second.
 */
export function createHttpServer(options: HttpServerOptions): HttpServer {
  const { name, logger, metrics, bodyLimitBytes } = options;
  const answerError = errorAnswerer(logger);
  const server = fastify({
    logger: false,
    bodyLimit: bodyLimitBytes,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: 'idle',
    frameworkErrors: answerError,
  });
  server.setValidatorCompiler(zodValidatorCompiler);
  server.setSerializerCompiler(serializerCompiler);
  server.setErrorHandler(answerError);
  server.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?', 1)[0] ?? '';
    return answerError(new AppError('unknown-path', `There is no ${request.method} ${path}`), request, reply);
  });
  takeOnlyJson(server);
  measureRequests(server, name, metrics);
  serveOpenApi(server, options);
  boundClose(server);
  return server.withTypeProvider<ZodTypeProvider>();
}

function errorAnswerer(logger: Logger) {
  return (caught: unknown, request: FastifyRequest, reply: FastifyReply): void => {
    const error = requestErrorOf(caught);
    const problem = problemOf(error);
    if (error.kind === 'internal') {
      logger.error(
        { err: error.cause ?? error, method: request.method, route: request.routeOptions.url },
        'request-failed',
      );
    }
    const retryAfterSeconds = retryAfterSecondsOf(error);
    if (retryAfterSeconds !== undefined) reply.header('retry-after', retryAfterSeconds);
    if (problem.status === 401) reply.header('www-authenticate', 'Bearer');
    reply.code(problem.status).type(PROBLEM_CONTENT_TYPE).serializer(JSON.stringify).send(problem);
  };
}

/** Without it one open event stream would hold a closing server for ever. */
function boundClose(server: FastifyInstance): void {
  let cut: NodeJS.Timeout | undefined;
  server.addHook('preClose', (done) => {
    cut = setTimeout(() => server.server.closeAllConnections(), CLOSE_GRACE_MS).unref();
    done();
  });
  server.addHook('onClose', (_server, done) => {
    clearTimeout(cut);
    done();
  });
}
