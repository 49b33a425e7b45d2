import type { History, HistoryPoint } from '@longwire/domain';
import type { ComponentChildren } from 'preact';
import { useMemo } from 'preact/hooks';
import type { Polled } from '../../state/polled.ts';
import { format, text } from '../../text/text.ts';
import { Card, Loaded } from '../../ui/card.tsx';
import { Chart } from '../../ui/chart.tsx';

const column = (points: readonly HistoryPoint[], field: Exclude<keyof HistoryPoint, 'at'>) =>
  points.map((point) => point[field]);

export interface HistoryChartsProps {
  readonly history: Polled<History>;
  /** Chooses how far back the charts go. */
  readonly range: ComponentChildren;
}

/** Four charts over the same time. */
export function HistoryCharts({ history, range }: HistoryChartsProps) {
  const t = text.value.overview;
  const points = history.data?.points ?? NONE;
  const { short, bytes, duration } = format.value;
  const times = useMemo(() => points.map(({ at }) => at), [points]);
  const lines = useMemo(() => linesOf(points), [points, t]);
  const charts = [
    { title: t.chartTraffic, series: lines.traffic, show: short, isBinary: false },
    { title: t.chartLatency, series: lines.latency, show: duration, isBinary: false },
    { title: t.chartConnections, series: lines.connections, show: short, isBinary: false },
    { title: t.chartBytes, series: lines.bytes, show: bytes, isBinary: true },
  ];
  return (
    <div class="columns">
      {charts.map(({ title, series, show, isBinary }, index) => (
        <Card key={title} title={title} aside={index === 0 ? range : undefined} testId="chart-card">
          <Loaded polled={history} tier="service" rows={4}>
            {() => <Chart title={title} times={times} series={series} show={show} isBinary={isBinary} />}
          </Loaded>
        </Card>
      ))}
    </div>
  );
}

const NONE: readonly HistoryPoint[] = [];

function linesOf(points: readonly HistoryPoint[]) {
  const t = text.peek().overview;
  return {
    traffic: [
      { label: t.deliveries, values: column(points, 'deliveriesPerSec') },
      { label: t.frames, values: column(points, 'framesPerSec') },
    ],
    latency: [
      { label: `${t.bulk} ${t.p50}`, values: column(points, 'bulkP50') },
      { label: `${t.bulk} ${t.p99}`, values: column(points, 'bulkP99'), isDashed: true },
      { label: `${t.express} ${t.p50}`, values: column(points, 'expressP50') },
      { label: `${t.express} ${t.p99}`, values: column(points, 'expressP99'), isDashed: true },
    ],
    connections: [{ label: t.connections, values: column(points, 'connections') }],
    bytes: [{ label: t.bytesOut, values: column(points, 'bytesOutPerSec') }],
  };
}
