export interface AnnouncerPorts {
  readonly announce: (text: string) => void;
  /** How "and 12 more" is said. */
  readonly withMore: (text: string, more: number) => string;
  readonly after: (delayMs: number, task: () => void) => void;
}

/** A sentence takes about this long to be read out. */
export const ANNOUNCE_EVERY_MS = 5_000;

/**
 * Tells a screen reader what is said in a room without drowning everything else it has to say: the first at once, then at
 * most one sentence per {@link ANNOUNCE_EVERY_MS}, the newest, with the number of those that were left out.
 */
export function createAnnouncer({ announce, withMore, after }: AnnouncerPorts): (text: string) => void {
  let newest: string | undefined;
  let more = 0;
  let isQuiet = false;
  const speak = (text: string): void => {
    announce(text);
    isQuiet = true;
    after(ANNOUNCE_EVERY_MS, () => {
      isQuiet = false;
      if (newest === undefined) return;
      const next = more > 0 ? withMore(newest, more) : newest;
      newest = undefined;
      more = 0;
      speak(next);
    });
  };
  return (text) => {
    if (!isQuiet) return speak(text);
    if (newest !== undefined) more += 1;
    newest = text;
  };
}
