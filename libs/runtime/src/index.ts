export { defineComponent } from './component.ts';
export { composeComponents } from './compose-components.ts';
export { systemClock } from './system-clock.ts';
export { asBuffer } from './as-buffer.ts';
export { DeadlineError, withDeadline } from './with-deadline.ts';
export { startLoop } from './loop.ts';
export { LoopDelayMeter } from './loop-delay.ts';
export { createRateLimiter } from './rate-limiter.ts';
export { StormGate } from './storm-gate.ts';
export { createBreakerObserver } from './breaker-metrics.ts';
export { createCircuitBreaker } from './circuit-breaker.ts';

export { createLogger, createSilentLogger, LOG_FORMATS, LOG_LEVELS } from './logger.ts';
export { rateLimited } from './rate-limited.ts';
export { createMetricsRegistry, describeMetrics } from './metrics.ts';
export { holdCounter, holdCounters, holdHistogram } from './held-metrics.ts';
export { createHealth } from './health.ts';

export { choice, flag, list, secret, text } from './config/builders.ts';
export { duration, durations, integer, number, port, size } from './config/number-builders.ts';
export { defineConfig } from './config/schema.ts';
export { adminPort, historySettings, sharedSettings } from './config/shared-settings.ts';
export { ConfigError, loadConfig } from './config/load-config.ts';
export { describeSettings } from './config/describe-settings.ts';
export { printConfig, redactUrls } from './config/print-config.ts';

export { createHttpServer } from './http/http-server.ts';
export { createHttpComponent } from './http/http-component.ts';
export { listenHttp } from './http/listen-http.ts';
export { listenFailure } from './listen-failure.ts';
export { authorize, bearerOf } from './http/authorize.ts';
export { idSchema } from './http/id-schema.ts';
export { invalidRequest } from './http/zod-validation.ts';
export { removeReadyReport, writeReadyReport } from './process/ready-report.ts';

export { runApp } from './process/run-app.ts';
export { createAdminServer } from './process/admin-server.ts';

export type { Component, ComponentSteps } from './component.ts';
export type { ComposeOptions } from './compose-components.ts';
export type { Deadline } from './with-deadline.ts';
export type { Loop, LoopOptions } from './loop.ts';
export type { StormGateOptions } from './storm-gate.ts';
export type { BreakerObserver } from './breaker-metrics.ts';
export type { BreakerState, CircuitBreaker, CircuitBreakerOptions } from './circuit-breaker.ts';
export type { RateLimiter, RateLimiterOptions, RateOutcome } from './rate-limiter.ts';
export type { LogFormat, Logger, LoggerOptions, LogLevel, LogMethod } from './logger.ts';
export type {
  Counter,
  Gauge,
  GaugeOptions,
  Histogram,
  HistogramOptions,
  MetricDescription,
  MetricOptions,
  MetricSample,
  MetricsRegistry,
} from './metrics.ts';
export type { HeldCounter, HeldHistogram } from './held-metrics.ts';
export type { Health, HealthCheck, Readiness } from './health.ts';
export type { Setting } from './config/setting.ts';
export type { ConfigOf, ConfigSchema } from './config/schema.ts';
export type { Environment } from './config/load-config.ts';
export type { HttpServer, HttpServerOptions } from './http/http-server.ts';
export type { HttpComponent, HttpComponentOptions } from './http/http-component.ts';
export type { Listening, ListenOptions } from './http/listen-http.ts';
export type { ApiKeyChecker } from './http/authorize.ts';
export type { Problem } from './http/problem.ts';
export type { ReadyReport } from './process/ready-report.ts';
export type { AppBase, AppDefinition, RunnableApp } from './process/run-app.ts';
export type { AdminServer, AdminServerOptions } from './process/admin-server.ts';
