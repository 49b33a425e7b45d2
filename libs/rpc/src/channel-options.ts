import { type ChannelOptions, logVerbosity, setLogVerbosity } from '@grpc/grpc-js';

/** Largest message either side takes. A snapshot part of 500 sessions in 16 rooms each is below 1 MiB. */
export const MAX_MESSAGE_BYTES = 8 * 1024 * 1024;

/** A peer that is dead or stopped without closing is noticed within 4 s, also when no call is under way. */
export const CLIENT_CHANNEL_OPTIONS: ChannelOptions = {
  'grpc.keepalive_time_ms': 2_000,
  'grpc.keepalive_timeout_ms': 2_000,
  'grpc.keepalive_permit_without_calls': 1,
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 1_000,
  'grpc.max_receive_message_length': MAX_MESSAGE_BYTES,
  // Channels of one process to one address stay apart: a client that is closed never takes another's connection along.
  'grpc.use_local_subchannel_pool': 1,
};

export const SERVER_CHANNEL_OPTIONS: ChannelOptions = {
  'grpc.keepalive_time_ms': 3_000,
  'grpc.keepalive_timeout_ms': 3_000,
  'grpc.max_receive_message_length': MAX_MESSAGE_BYTES,
};

/** grpc-js writes faults to stderr by itself; here each is a log line or an error of ours, once. */
export function silenceGrpc(): void {
  setLogVerbosity(logVerbosity.NONE);
}
