/** A place in the log: after the event with this number, which the stream holds under this id. */
export interface EventPosition {
  readonly number: number;
  readonly streamId: string;
}

/** Before all events. */
export const START: EventPosition = { number: 0, streamId: '0-0' };

export function formatPosition({ number, streamId }: EventPosition): string {
  return `${number}-${streamId}`;
}

/** Undefined when the text is no position that {@link formatPosition} made. */
export function parsePosition(text: string): EventPosition | undefined {
  const match = /^(\d{1,15})-(\d{1,16}-\d{1,16})$/.exec(text);
  if (match?.[1] === undefined || match[2] === undefined) return undefined;
  return { number: Number(match[1]), streamId: match[2] };
}

/** Whether one id of a stream, `<ms>-<seq>`, comes before another. */
export function isBefore(streamId: string, other: string): boolean {
  const [ms = 0n, seq = 0n] = streamId.split('-').map(BigInt);
  const [otherMs = 0n, otherSeq = 0n] = other.split('-').map(BigInt);
  return ms === otherMs ? seq < otherSeq : ms < otherMs;
}
