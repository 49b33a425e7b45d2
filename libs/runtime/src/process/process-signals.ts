/** What asks a process to end. */
export type StopCause = 'SIGTERM' | 'SIGINT' | 'parent-gone';

/**
 * Calls `onStop` for SIGTERM, SIGINT and the loss of the parent that started this process with an IPC channel, each
 * time one of them comes. Returns how to stop listening, after which the channel no longer holds the process.
 */
export function listenForStop(onStop: (cause: StopCause) => void): () => void {
  const onTerm = () => onStop('SIGTERM');
  const onInt = () => onStop('SIGINT');
  const onDisconnect = () => onStop('parent-gone');
  process.on('SIGTERM', onTerm);
  process.on('SIGINT', onInt);
  const hasParent = process.send !== undefined;
  if (hasParent) process.on('disconnect', onDisconnect);
  return () => {
    process.off('SIGTERM', onTerm);
    process.off('SIGINT', onInt);
    process.off('disconnect', onDisconnect);
    if (process.connected) process.disconnect?.();
  };
}

/**
 * Tells the parent, where there is one, something; resolves when it was handed over. A parent that has gone is no fault
 * here.
 */
export async function tellParent(message: Readonly<Record<string, unknown>>): Promise<void> {
  if (process.send === undefined || !process.connected) return;
  await new Promise<void>((resolve) => {
    process.send?.(message, undefined, {}, () => resolve());
  });
}
