import type { FastifyInstance } from 'fastify';
import type { MetricsRegistry } from '../metrics.ts';

const BUCKETS_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** Counts and times every answer by route pattern (never by path) and status. */
export function measureRequests(server: FastifyInstance, name: string, metrics: MetricsRegistry): void {
  const labels = ['method', 'route', 'status'] as const;
  const total = metrics.counter({
    name: `longwire_${name}_http_requests_total`,
    help: 'HTTP requests answered.',
    labels,
  });
  const seconds = metrics.histogram({
    name: `longwire_${name}_http_request_duration_seconds`,
    help: 'Time from request to the end of its answer.',
    labels: ['method', 'route'],
    buckets: BUCKETS_SECONDS,
  });
  server.addHook('onResponse', (request, reply, done) => {
    const { method } = request;
    const route = request.routeOptions.url ?? 'unknown';
    total.inc({ method, route, status: reply.statusCode });
    seconds.observe({ method, route }, reply.elapsedTime / 1_000);
    done();
  });
}
