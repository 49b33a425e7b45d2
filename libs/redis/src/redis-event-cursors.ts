import type { EventCursors } from '@longwire/domain';
import { eventCursorsKey } from './keys.ts';
import { luaScript } from './lua-script.ts';
import type { RedisConnection } from './redis-connection.ts';

const saveCursor = luaScript('save-cursor');

/** EventCursors in Redis, beside the event log: both are lost together or not at all. */
export function createRedisEventCursors({ commands }: RedisConnection): EventCursors {
  return {
    async read(name) {
      const saved = await commands.call('HGET', eventCursorsKey, name);
      if (typeof saved !== 'string') return undefined;
      const end = saved.indexOf('|');
      return { epoch: Number(saved.slice(0, end)), position: saved.slice(end + 1) };
    },
    async save(name, { position, epoch }) {
      return (await commands.script(saveCursor, [eventCursorsKey], [name, epoch, position])) === 1;
    },
  };
}
