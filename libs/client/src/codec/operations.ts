// The numbers of libs/wire, one constant each: a bundler writes those in place and drops what is not used. A test compares.

export const HEARTBEAT = 2;
export const HEARTBEAT_REPLY = 3;
export const MESSAGE = 5;
export const AUTH = 7;
export const JOIN = 14;
export const LEAVE = 16;
export const SEND = 18;
export const ACK = 20;
export const RESUME = 22;
export const RESUME_REPLY = 23;
export const RECONNECT_HINT = 24;
export const CLOSE_NOTICE = 25;

/** Body encodings of op 5. */
export const ZLIB = 2;
export const BROTLI = 3;

/** The most a client may send in one frame, header included, and the most one compressed body may become. */
export const MAX_SENT_BYTES = 4112;
export const MAX_INFLATED_BYTES = 4 * 1024 * 1024;

/** Codes of replies that the client gives itself where the server would say the same. */
export const NOT_FOUND = -404;
export const LIMITED = -429;
export const UNAVAILABLE = -503;

/** True for a refusal that may be granted in a moment: conflict, limited, unavailable, timeout. */
export function isPassing(code: number): boolean {
  return code === -409 || code === LIMITED || code === UNAVAILABLE || code === -504;
}
