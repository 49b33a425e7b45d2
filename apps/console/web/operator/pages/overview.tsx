import type { History } from '@longwire/domain';
import { useState } from 'preact/hooks';
import type { Overview } from '../api/answers.ts';
import { usePolled } from '../state/polled.ts';
import { format, text } from '../text/text.ts';
import { Card, Loaded } from '../ui/card.tsx';
import { Pairs } from '../ui/pairs.tsx';
import { Segments } from '../ui/segments.tsx';
import { ShedFigures } from '../ui/shed-figures.tsx';
import { Stat } from '../ui/stat.tsx';
import { HistoryCharts } from './overview/history-charts.tsx';
import { LatencyCard } from './overview/latency-card.tsx';
import { ProcessTable } from './overview/process-table.tsx';

const RANGES = ['60', '300', '900'] as const;
type Range = (typeof RANGES)[number];

/** What the cluster does now, and did in the last minutes. */
export function OverviewPage() {
  const t = text.value.overview;
  const [seconds, setSeconds] = useState<Range>('300');
  const overview = usePolled<Overview>('service', '/v1/admin/overview', 1_000);
  const history = usePolled<History>('service', `/v1/admin/overview/history?seconds=${seconds}`, 2_000);
  const ranges = RANGES.map((value) => ({ value, label: t.minutes(Number(value) / 60) }));
  return (
    <>
      <Loaded polled={overview} tier="service" rows={2}>
        {(data) => <Headline overview={data} />}
      </Loaded>
      <HistoryCharts
        history={history}
        range={<Segments label={t.range} options={ranges} value={seconds} onChange={setSeconds} />}
      />
      {overview.data !== undefined && (
        <div class="columns">
          <LatencyCard overview={overview.data} />
          <Flow overview={overview.data} />
        </div>
      )}
      {overview.data !== undefined && <ProcessTable overview={overview.data} />}
    </>
  );
}

function Headline({ overview }: { readonly overview: Overview }) {
  const t = text.value.overview;
  const { short, whole, bytes, percent } = format.value;
  const { online, rates, savings } = overview;
  const { framesRatio, bytesRatio } = savings;
  return (
    <dl class="stats is-headline">
      <Stat
        label={t.connections}
        value={whole(online.connections)}
        note={t.onlineNote(whole(online.users), whole(online.rooms))}
        testId="stat-connections"
      />
      <Stat
        label={t.deliveries}
        value={short(rates.deliveriesPerSec)}
        unit={t.perSecond}
        note={t.deliveriesNote(short(rates.messagesPerSec))}
      />
      <Stat
        label={t.frames}
        value={short(rates.framesPerSec)}
        unit={t.perSecond}
        note={t.bytesNote(bytes(rates.bytesOutPerSec))}
      />
      <Stat
        label={t.framesSaved}
        value={percent(1 - 1 / Math.max(1, framesRatio))}
        note={t.framesSavedNote(short(Math.max(1, framesRatio)))}
      />
      <Stat
        label={t.bytesSaved}
        value={percent(Math.max(0, 1 - bytesRatio))}
        note={t.bytesSavedNote(percent(Math.min(1, bytesRatio)))}
      />
    </dl>
  );
}

function Flow({ overview }: { readonly overview: Overview }) {
  const t = text.value.overview;
  const { short } = format.value;
  const { rates, shedPerSec } = overview;
  const perSecond = (rate: number) => (
    <>
      {short(rate)} <span class="quiet">{t.perSecond}</span>
    </>
  );
  const rows = [
    [t.pushes, perSecond(rates.pushesPerSec)],
    [t.messages, perSecond(rates.messagesPerSec)],
    [t.batches, perSecond(rates.batchesPerSec)],
    [t.forwards, perSecond(rates.forwardsPerSec)],
    [t.connects, perSecond(rates.connectsPerSec)],
    [t.closes, perSecond(rates.closesPerSec)],
  ] as const;
  return (
    <Card title={t.flow}>
      <Pairs rows={rows} />
      <ShedFigures title={t.shed} none={t.shedNone} shed={shedPerSec} show={(rate) => `${short(rate)}${t.perSecond}`} />
    </Card>
  );
}
