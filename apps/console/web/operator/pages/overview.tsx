import type { History } from '@longwire/domain';
import { useState } from 'preact/hooks';
import type { Overview } from '../api/answers.ts';
import { usePolled } from '../state/polled.ts';
import { format, text } from '../text/text.ts';
import { Badge } from '../ui/badge.tsx';
import { Card, Loaded } from '../ui/card.tsx';
import { Segments } from '../ui/segments.tsx';
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
  const shed = Object.entries(shedPerSec).filter(([, rate]) => rate > 0);
  const rows = [
    [t.pushes, rates.pushesPerSec],
    [t.messages, rates.messagesPerSec],
    [t.batches, rates.batchesPerSec],
    [t.forwards, rates.forwardsPerSec],
    [t.connects, rates.connectsPerSec],
    [t.closes, rates.closesPerSec],
  ] as const;
  return (
    <Card title={t.flow}>
      <dl class="pairs">
        {rows.map(([label, rate]) => (
          <div key={label} class="pair">
            <dt>{label}</dt>
            <dd>
              {short(rate)} <span class="quiet">{t.perSecond}</span>
            </dd>
          </div>
        ))}
      </dl>
      <h3 class="card-part">{t.shed}</h3>
      {shed.length === 0 ? (
        <p class="quiet">{t.shedNone}</p>
      ) : (
        <p class="chips">
          {shed.map(([reason, rate]) => (
            <Badge key={reason} tone="warn">
              {reason} {short(rate)}
              {t.perSecond}
            </Badge>
          ))}
        </p>
      )}
    </Card>
  );
}
