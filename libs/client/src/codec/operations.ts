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
export const DICTIONARY = 26;

/** The first and the last of the body encodings of op 5 that hold whole frames: zlib, and brotli with a dictionary. */
export const ZLIB = 2;
export const WITH_DICTIONARY = 4;

/** The most a client may send in one frame, header included. */
export const MAX_SENT_BYTES = 4112;

/** Codes of replies that the client gives itself where the server would say the same. */
export const NOT_FOUND = -404;
export const LIMITED = -429;
export const UNAVAILABLE = -503;

/** True for a refusal that may be granted in a moment: conflict, limited, unavailable, timeout. */
export function isPassing(code: number): boolean {
  return code === -409 || code === LIMITED || code === UNAVAILABLE || code === -504;
}
