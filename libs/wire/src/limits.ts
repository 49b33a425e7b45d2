/** Every frame starts with this many bytes of header. */
export const HEADER_BYTES = 16;

/** Largest body a client may send. */
export const MAX_CLIENT_BODY_BYTES = 4096;

/** Largest frame a client may send, header included: one byte more closes with 4501. */
export const MAX_CLIENT_FRAME_BYTES = HEADER_BYTES + MAX_CLIENT_BODY_BYTES;

/** Largest WebSocket message a client may send, however many frames it holds: one byte more closes with 4501. */
export const MAX_CLIENT_WS_MESSAGE_BYTES = 16 * MAX_CLIENT_FRAME_BYTES;

/** Largest frame a server sends, header included, compressed or not. A batch that would be larger is cut in two. */
export const MAX_SERVER_FRAME_BYTES = 1024 * 1024;

/** Most bytes that the body of one compressed frame may become: what is larger is refused, not read. */
export const MAX_INFLATED_BYTES = 4 * 1024 * 1024;

/** Most bytes that one dictionary (op 26) may become when it is decompressed, and that it may tell to skip. */
export const MAX_DICTIONARY_BYTES = 128 * 1024;

export const MAX_ROOMS_PER_CONNECTION = 16;

/** A connection that has not sent a valid op 7 this long after it opened is closed with 4015. */
export const AUTH_DEADLINE_MS = 5000;

/** Silence of this many times `heartbeatMs` closes a connection with 4009. */
export const HEARTBEAT_TIMEOUT_FACTOR = 2.5;

/** A WebSocket close frame has room for this many bytes of UTF-8 reason (RFC 6455, 5.5). */
export const MAX_CLOSE_REASON_BYTES = 123;
