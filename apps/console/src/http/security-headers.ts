import type { HttpServer } from '@longwire/runtime';

/**
 * The page runs its own files only, may compile the brotli decoder ('wasm-unsafe-eval'), and may open WebSockets to any
 * host: which access nodes there are is known to control, not to us.
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self' ws: wss:",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Puts the headers on every answer that tell a browser what the page may do. */
export function addSecurityHeaders(server: HttpServer): void {
  server.addHook('onRequest', (_request, reply, done) => {
    reply
      .header('content-security-policy', CONTENT_SECURITY_POLICY)
      .header('x-content-type-options', 'nosniff')
      .header('referrer-policy', 'no-referrer')
      .header('cross-origin-opener-policy', 'same-origin');
    done();
  });
}
