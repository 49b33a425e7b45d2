import { redactUrls } from '../config/print-config.ts';

/** Causes may go deep or in a circle. */
const MAX_CAUSES = 5;

/**
 * One line that says why something failed: the messages of the error and of its causes that add anything, without line
 * breaks and without the secrets of URLs.
 */
export function failureLine(caught: unknown): string {
  const parts: string[] = [];
  let error = caught;
  for (let depth = 0; depth < MAX_CAUSES && error !== undefined; depth += 1) {
    const message = messageOf(error);
    if (message !== '' && !parts.some((part) => part.includes(message))) parts.push(message);
    error = error instanceof Error ? error.cause : undefined;
  }
  return redactUrls(parts.join(': ').replaceAll(/\s+/g, ' ')) || 'for no known reason';
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.message !== '') return error.message;
  // Node's connect to a name with several addresses fails with an AggregateError without a text.
  if (error instanceof AggregateError) return error.errors.map(messageOf).join(', ');
  return error.name;
}
