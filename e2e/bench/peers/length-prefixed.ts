const HEAD_BYTES = 4;

/** Calls `onMessage` for each message, behind its u32 length, on a stream; `onEnd` when it ends. */
export function readLengthPrefixed(
  stream: NodeJS.ReadableStream,
  { onMessage, onEnd }: { readonly onMessage: (message: Buffer) => void; readonly onEnd: () => void },
): void {
  let pending = Buffer.alloc(0);
  stream.on('data', (chunk: Buffer) => {
    pending = Buffer.concat([pending, chunk]);
    while (pending.length >= HEAD_BYTES) {
      const end = HEAD_BYTES + pending.readUInt32BE(0);
      if (pending.length < end) return;
      onMessage(pending.subarray(HEAD_BYTES, end));
      pending = pending.subarray(end);
    }
  });
  stream.on('end', onEnd);
}
