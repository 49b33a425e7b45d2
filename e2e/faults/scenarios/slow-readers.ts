import { setTimeout as delay } from 'node:timers/promises';
import { MemoryWatch } from '../memory-watch.ts';
import { atRate } from '../load/pace.ts';
import type { Fleet } from '../load/fleet.ts';
import { onlineRow } from '../presence-rows.ts';
import type { Row, Scenario, ScenarioContext } from '../scenario.ts';
import { boundRow, Stage, verdictRows } from '../stage.ts';

const FULL = { clients: 2000, slow: 200, heavy: 40, perSec: 10, forMs: 30_000 };
const SHORT = { clients: 100, slow: 10, heavy: 5, perSec: 10, forMs: 5000 };
/** To a room of slow readers only: so much that their kernel buffers fill and the node itself has to decide. */
const HEAVY = { perSec: 60, padBytes: 8000 };
const RULES = { settleMs: 3000, lateMs: 5000, areRoomsOwed: true, mayOwnersDie: false };
const PAD_BYTES = 300;
const MOST_MIB = 200;
/** How much slower the others may get, below which it is the machine's noise. */
const LEAST_P99_MS = 400;

/** Some viewers stop reading while their room goes on: the node stays small, and the others do not feel it. */
export const slowReaders: Scenario = {
  name: 'slow-readers',
  about: 'one viewer in ten stops reading',
  run: runSlowReaders,
};

async function runSlowReaders(context: ScenarioContext): Promise<readonly Row[]> {
  const { topology, isShort, note } = context;
  const size = isShort ? SHORT : FULL;
  const stage = new Stage(context, 'slow');
  const memory = new MemoryWatch(topology);
  try {
    const roomId = stage.id('room');
    const good = stage.fleet();
    // Judged apart: what these miss is their own doing.
    const apart = new Stage(context, 'slowest');
    const slow = apart.fleet();
    const heavyRoomId = stage.id('heavy');
    await good.enter(stage.specs(size.clients - size.slow, { rooms: [roomId] }), 120_000);
    const specs = apart.specs(size.slow, { rooms: [roomId] });
    await slow.enter(specs.map((spec, at) => (at < size.heavy ? { ...spec, rooms: [roomId, heavyRoomId] } : spec)));
    note(`${size.clients} viewers, all reading`);
    const before = await p99Of(stage, { roomId, size });
    note(`${size.slow} of them stop reading`);
    for (const { client } of slow.members) client.pauseReading();
    const heavy = atRate({ perSec: HEAVY.perSec, forMs: size.forMs }, () =>
      apart.business.push(apart.history, { target: { kind: 'room', roomId: heavyRoomId }, padBytes: HEAVY.padBytes }),
    );
    const after = await p99Of(stage, { roomId, size });
    await heavy;
    const verdict = await stage.settle(RULES, 15_000);
    const most = Math.round(Math.max(LEAST_P99_MS, 2 * before));
    const rows = [
      ...verdictRows(verdict, 'slow readers, the others'),
      boundRow('slow readers: p99 of the others', after, { most, unit: 'ms (twice the one before)' }),
      memory.row('slow readers', MOST_MIB),
      reconnectRow(good),
    ];
    // Who has stopped reading cannot say goodbye either.
    for (const { client } of slow.members) client.resumeReading();
    slow.stop();
    return [...rows, await onlineRow(stage, 'slow readers')];
  } finally {
    memory.stop();
    await stage.close();
  }
}

async function p99Of(stage: Stage, { roomId, size }: { roomId: string; size: typeof FULL }): Promise<number> {
  const from = stage.history.pushes.length;
  await atRate({ perSec: size.perSec, forMs: size.forMs }, () =>
    stage.business.push(stage.history, { target: { kind: 'room', roomId }, padBytes: PAD_BYTES }),
  );
  await delay(RULES.settleMs);
  return stage.delayP99('bulk', from);
}

function reconnectRow({ members }: Fleet): Row {
  const cut = members.filter(({ record }) => record.stays.length > 1).length;
  return boundRow('slow readers: others that were cut', cut, { most: 0, unit: '' });
}
