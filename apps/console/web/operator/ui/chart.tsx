import { useEffect, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import type { AlignedData } from 'uplot';
import { chartOptions, SERIES_COLORS } from './chart-options.ts';
import { DASH } from '../text/format.ts';
import { language } from '../../shared/language.ts';
import { format, text } from '../text/text.ts';
import { Empty } from './card.tsx';

export interface ChartSeries {
  readonly label: string;
  readonly values: readonly (number | null)[];
  /** Drawn with dashes, in the colour of the series before. */
  readonly isDashed?: boolean;
}

export interface ChartProps {
  readonly title: string;
  /** ms since 1970. */
  readonly times: readonly number[];
  readonly series: readonly ChartSeries[];
  readonly show: (value: number) => string;
  /** The figures are bytes. */
  readonly isBinary?: boolean;
}

/** Lines over time, with the figures at the pointer, or the last ones, as text above. */
export function Chart({ title, times, series, show, isBinary = false }: ChartProps) {
  const [cursor, setCursor] = useState<number | undefined>();
  const index = cursor ?? times.length - 1;
  if (times.length === 0) return <Empty>{text.value.overview.chartEmpty}</Empty>;
  const at = times[index];
  return (
    <figure class="chart">
      <figcaption class="chart-legend">
        {series.map(({ label, values, isDashed }, position) => (
          <span key={label} class="chart-key">
            <span class={`chart-swatch is-${colorOf(series, position)} ${isDashed === true ? 'is-dashed' : ''}`} />
            {label}
            <b>{shown(values[index], show)}</b>
          </span>
        ))}
        <span class="chart-time">{cursor === undefined || at === undefined ? '' : format.value.clock(at)}</span>
      </figcaption>
      <div role="img" aria-label={summaryOf({ title, series, show })}>
        <Plot times={times} series={series} show={show} isBinary={isBinary} onCursor={setCursor} />
      </div>
    </figure>
  );
}

interface PlotProps extends Omit<ChartProps, 'title'> {
  readonly onCursor: (index: number | undefined) => void;
}

function Plot({ times, series, show, isBinary = false, onCursor }: PlotProps) {
  const frame = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | undefined>(undefined);
  const latest = useRef({ show, onCursor });
  latest.current = { show, onCursor };
  const data: AlignedData = [times.map((at) => at / 1_000), ...series.map(({ values }) => [...values])];
  const lines = series.map(({ isDashed = false }, position) => ({ isDashed, color: colorOf(series, position) }));

  useEffect(() => {
    const element = frame.current;
    if (element === null) return undefined;
    const draw = (): void => {
      plot.current?.destroy();
      plot.current = new uPlot(
        chartOptions({
          element,
          lines,
          isBinary,
          show: (value) => latest.current.show(value),
          onCursor: (index) => latest.current.onCursor(index),
        }),
        data,
        element,
      );
    };
    draw();
    const scheme = matchMedia('(prefers-color-scheme: dark)');
    const resized = new ResizeObserver(() =>
      plot.current?.setSize({ width: element.clientWidth, height: element.clientHeight }),
    );
    scheme.addEventListener('change', draw);
    resized.observe(element);
    return () => {
      scheme.removeEventListener('change', draw);
      resized.disconnect();
      plot.current?.destroy();
      plot.current = undefined;
    };
  }, [series.length, language.value]);
  useEffect(() => plot.current?.setData(data), [times, series]);
  return <div ref={frame} class="chart-frame" />;
}

function colorOf(series: readonly ChartSeries[], position: number): number {
  const solids = series.slice(0, position + 1).filter(({ isDashed }) => isDashed !== true).length;
  return Math.max(0, solids - 1) % SERIES_COLORS;
}

const shown = (value: number | null | undefined, show: (value: number) => string): string =>
  value === null || value === undefined ? DASH : show(value);

function summaryOf({ title, series, show }: Pick<ChartProps, 'title' | 'series' | 'show'>): string {
  const parts = series.map(({ label, values }) => {
    const known = values.filter((value) => value !== null);
    const [least, most] = [Math.min(...known), Math.max(...known)];
    if (known.length === 0) return `${label}: ${DASH}`;
    return text.value.overview.chartSays(label, shown(values.at(-1), show), show(least), show(most));
  });
  return `${title}. ${parts.join('; ')}`;
}
