/** What the reply subject of a delivered stream entry tells about it. */
export interface DeliveryToken {
  readonly streamSeq: number;
  readonly consumerSeq: number;
  /** Entries that the consumer has not sent yet. */
  readonly pending: number;
}

/**
 * Reads `$JS.ACK.<stream>.<consumer>.<tries>.<stream seq>.<consumer seq>.<time>.<pending>`; newer servers put a domain
 * and an account hash before the stream, and may add tokens at the end. Undefined for anything else.
 */
export function readDeliveryToken(reply: string | undefined): DeliveryToken | undefined {
  const tokens = reply?.split('.') ?? [];
  if (tokens[0] !== '$JS' || tokens[1] !== 'ACK' || tokens.length < 9) return undefined;
  const shift = tokens.length >= 11 ? 2 : 0;
  const [streamSeq, consumerSeq, pending] = [5, 6, 8].map((index) => Number(tokens[index + shift]));
  if (![streamSeq, consumerSeq, pending].every((value) => Number.isSafeInteger(value))) return undefined;
  return { streamSeq: streamSeq ?? 0, consumerSeq: consumerSeq ?? 0, pending: pending ?? 0 };
}
