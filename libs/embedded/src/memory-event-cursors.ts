import type { EventCursor, EventCursors } from '@longwire/domain';

/** EventCursors for one process, gone with it as its event log is. */
export function createMemoryEventCursors(): EventCursors {
  const cursors = new Map<string, EventCursor>();
  return {
    read: (name) => Promise.resolve(cursors.get(name)),
    save(name, cursor) {
      const isNewest = (cursors.get(name)?.epoch ?? 0) <= cursor.epoch;
      if (isNewest) cursors.set(name, cursor);
      return Promise.resolve(isNewest);
    },
  };
}
