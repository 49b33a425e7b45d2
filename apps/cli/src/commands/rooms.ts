import { Option } from 'commander';
import type { Command } from 'commander';
import type { ListedRoom, RoomDetail } from '@longwire/domain';
import { segment } from '../http/api.ts';
import type { Io } from '../io.ts';
import { parseCount } from '../options.ts';
import { count, rate } from '../output/numbers.ts';
import { plain } from '../output/plain.ts';
import { tableOf } from '../output/table.ts';
import { action } from '../run.ts';
import type { Run } from '../run.ts';

interface RoomsOptions {
  readonly sort: string;
  readonly limit: number;
}

const MAX_ROOMS = 200;

export function addRooms(program: Command, io: Io): void {
  program
    .command('rooms')
    .summary('the busiest rooms, or one room')
    .description('Lists the rooms with most people or most messages; with an id, tells all of one room.')
    .argument('[roomId]')
    .addOption(new Option('--sort <by>', 'by people or by messages').choices(['online', 'rate']).default('online'))
    .option('-n, --limit <count>', `at most so many, to ${MAX_ROOMS}`, parseCount(1, MAX_ROOMS), 20)
    .action(
      action<RoomsOptions>(io, (run, options, roomId) =>
        roomId === undefined ? sayTop(run, options) : sayRoom(run, roomId),
      ),
    );
}

async function sayTop(run: Run, { sort, limit }: RoomsOptions): Promise<void> {
  const path = `/v1/admin/rooms?sort=${sort}&limit=${limit}`;
  const answer = await run.api('service').get<{ readonly rooms: readonly ListedRoom[] }>(path, 'list the rooms');
  await run.say(answer, () => {
    if (answer.rooms.length === 0) return 'nobody is in any room';
    const right = { align: 'right' } as const;
    const head = [{ name: 'room' }, { name: 'zone' }, { name: 'online', ...right }, { name: 'messages/s', ...right }];
    const rows = answer.rooms.map(({ roomId, zoneId, online, messagesPerSec }) => [
      plain(roomId),
      plain(zoneId ?? '-'),
      count(online),
      rate(messagesPerSec),
    ]);
    return tableOf(head, rows);
  });
}

async function sayRoom(run: Run, roomId: string): Promise<void> {
  const room = await run.api('service').get<RoomDetail>(`/v1/admin/rooms/${segment(roomId)}`, `read room ${roomId}`);
  await run.say(room, () => {
    const shed = Object.entries(room.shed).map(([name, shedCount]) => `${plain(name)} ${count(shedCount)}`);
    const lines: readonly (readonly [string, string])[] = [
      ['room', room.roomId],
      ['zone', room.zoneId ?? '-'],
      ['online', count(room.online)],
      ['messages', `${rate(room.messagesPerSec)}/s`],
      ['batches', `${rate(room.batchesPerSec)}/s of ${rate(room.batchMessages)} messages, window ${room.windowMs} ms`],
      ['partition', `${room.partition}, owned by ${room.owner ?? 'nobody'}`],
      ['position', room.epoch === null ? '-' : `epoch ${room.epoch}, seq ${room.seq ?? '-'}`],
      ['history', `${count(room.historyMessages)} messages`],
      ['shed', shed.join(', ') || 'nothing'],
    ];
    return lines.map(([name, value]) => `${name.padEnd(11)}${plain(value)}`).join('\n');
  });
}
