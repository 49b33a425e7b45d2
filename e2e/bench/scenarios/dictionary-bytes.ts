import type { Finding } from '../core/result.ts';
import { scheduleOf } from '../core/schedule.ts';
import { messagesOf, startSoonMs, untilDelivered, warmUp } from './delivery.ts';
import { absent } from './finding.ts';
import type { Lab } from './lab.ts';
import type { System } from './system.ts';

/** With the default window of 200 ms: 20 messages a batch, and one. */
const BUSY_PER_SEC = 100;
const QUIET_PER_SEC = 3;
/** Enough that the best quality is worth its price either way; whether a window has time for it is another matter. */
const VIEWERS = 40;
/** At most: on a slow machine a room takes its time to have a dictionary. */
const WARM_UPS = 12;
const GOALS = { rich: { busy: 0.72, quiet: 0.32 }, lean: { busy: 0.79, quiet: 0.57 } } as const;
type Form = keyof typeof GOALS;

interface Sizes {
  /** Bytes a message on the line, with the room's dictionary and without. */
  readonly withBytes: number;
  readonly plainBytes: number;
  readonly rawBytes: number;
  readonly messagesPerFrame: number;
}

/** Row 7: the same batches of one room to viewers of protover 4 and of protover 3, beside each other. */
export async function measureDictionary(lab: Lab, system: System, form: Form): Promise<readonly Finding[]> {
  const { fleet } = lab;
  const rooms = { prefix: `bytes-dictionary-${form}-`, count: 1 };
  const [taking, plain] = [`with-${form}`, `without-${form}`];
  await fleet.connect(system.viewers({ name: taking, count: VIEWERS, rooms, protover: 4 }));
  await fleet.connect(system.viewers({ name: plain, count: VIEWERS, rooms, protover: 3 }));
  try {
    const before = await batchesWith(system);
    for (let round = 0; round < WARM_UPS && (await batchesWith(system)) === before; round += 1) {
      await warmUp(lab, system, { audience: taking, rooms, form });
    }
    if ((await batchesWith(system)) === before) return findingsOf(form, undefined, undefined, '');
    const note = await describeDictionary(system);
    const run = (ratePerSec: number, stream: number): Promise<Sizes> =>
      measure(lab, system, { form, rooms, taking, plain, ratePerSec, stream });
    const busy = await run(BUSY_PER_SEC, 0);
    return findingsOf(form, busy, await run(QUIET_PER_SEC, 1), note);
  } finally {
    await fleet.close(taking);
    await fleet.close(plain);
  }
}

interface Wish {
  readonly form: Form;
  readonly rooms: { readonly prefix: string; readonly count: number };
  readonly taking: string;
  readonly plain: string;
  readonly ratePerSec: number;
  readonly stream: number;
}

async function measure(lab: Lab, system: System, wish: Wish): Promise<Sizes> {
  const { form, rooms, taking, plain, ratePerSec, stream } = wish;
  const { fleet, scale, seed } = lab;
  lab.step(`${form}: ${ratePerSec}/s with a dictionary`);
  const schedule = scheduleOf(startSoonMs(), ratePerSec, scale.bytesSeconds);
  await fleet.begin({ [stream]: schedule });
  const target = { kind: 'room', rooms } as const;
  const pushed = await fleet.push(system.push({ target, stream, form, seed, schedule }));
  const expected = pushed.accepted * VIEWERS;
  const arrived = await untilDelivered(fleet, { audience: taking, stream, schedule, expected });
  const without = await untilDelivered(fleet, { audience: plain, stream, schedule, expected });
  return {
    withBytes: arrived.bytes / messagesOf(arrived, stream),
    plainBytes: without.bytes / messagesOf(without, stream),
    rawBytes: pushed.payloadBytes / pushed.accepted,
    messagesPerFrame: messagesOf(arrived, stream) / arrived.frames,
  };
}

/** Batches that were compressed against a dictionary, of all rooms. */
function batchesWith({ longwire }: System): Promise<number> {
  return longwire.metric('longwire_dispatch_brotli_quality_total', { tier: 'dispatch', labels: '"dictionary"' });
}

async function describeDictionary({ longwire }: System): Promise<string> {
  const access = { tier: 'access' };
  const bytes = await longwire.metric('longwire_access_dictionary_bytes_out_total', access);
  const sent = await longwire.metric('longwire_access_dictionaries_out_total', { ...access, labels: '"sent"' });
  return `a dictionary takes ${(bytes / sent).toFixed(0)} B once`;
}

function findingsOf(form: Form, busy: Sizes | undefined, quiet: Sizes | undefined, note: string): readonly Finding[] {
  const findingOf = (name: 'busy' | 'quiet', sizes: Sizes | undefined): Finding => {
    const finding = {
      row: 7,
      unit: 'x',
      isRatio: true,
      key: `bytes.dictionary.${name}.${form}`,
      what: `bytes a message, dictionary against plain, ${name === 'busy' ? '20 a batch' : 'one a batch'}, ${form}`,
      goal: { atMost: GOALS[form][name] },
    };
    if (sizes === undefined) return absent(finding, 'no batch went out against a dictionary');
    const { withBytes, plainBytes, rawBytes, messagesPerFrame } = sizes;
    const sizesNote = `${withBytes.toFixed(0)} of ${plainBytes.toFixed(0)} B, raw ${rawBytes.toFixed(0)}`;
    const rest = `${(withBytes / rawBytes).toFixed(3)} of raw, ${messagesPerFrame.toFixed(1)} messages a batch`;
    return { ...finding, value: withBytes / plainBytes, note: `${sizesNote}: ${rest}; ${note}` };
  };
  return [findingOf('busy', busy), findingOf('quiet', quiet)];
}
