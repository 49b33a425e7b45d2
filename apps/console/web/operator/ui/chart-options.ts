import type { Options } from 'uplot';
import { format } from '../text/text.ts';

/** Colours for series there are in the tokens: --series-0 and up. */
export const SERIES_COLORS = 3;

export interface ChartOptionsInput {
  readonly element: HTMLElement;
  readonly lines: readonly { readonly isDashed: boolean; readonly color: number }[];
  readonly show: (value: number) => string;
  /** The figures are bytes: lines at powers of two. */
  readonly isBinary: boolean;
  readonly onCursor: (index: number | undefined) => void;
}

/** Steps that {@link Formats.bytes} shows as whole numbers. */
const BINARY_STEPS = Array.from({ length: 42 }, (_, power) => 2 ** power);

/** How a chart is drawn: thin lines, few grid lines, the pointer shared by all charts of the page. */
export function chartOptions({ element, lines, show, isBinary, onCursor }: ChartOptionsInput): Options {
  const style = getComputedStyle(element);
  const token = (name: string): string => style.getPropertyValue(name).trim();
  const axis = {
    stroke: token('--quiet'),
    font: `11px ${style.fontFamily}`,
    grid: { stroke: token('--line'), width: 1 },
    ticks: { show: false },
  };
  return {
    width: element.clientWidth,
    height: element.clientHeight,
    padding: [8, 26, 0, 0],
    legend: { show: false },
    cursor: {
      sync: { key: 'overview' },
      y: false,
      points: { size: 7 },
      drag: { x: false, y: false },
    },
    scales: { x: { time: true }, y: { range: (_plot, _least, most) => [0, most > 0 ? most * 1.15 : 1] } },
    axes: [
      {
        ...axis,
        size: 26,
        space: 90,
        values: (_plot, seconds) => seconds.map((at) => format.peek().clock(at * 1_000)),
      },
      {
        ...axis,
        size: 64,
        space: 34,
        values: (_plot, values) => values.map(show),
        ...(isBinary ? { incrs: BINARY_STEPS } : {}),
      },
    ],
    series: [
      {},
      ...lines.map(({ isDashed, color }) => ({
        stroke: token(`--series-${color}`),
        width: 1.75,
        spanGaps: false,
        points: { show: false },
        ...(isDashed ? { dash: [5, 4] } : {}),
      })),
    ],
    hooks: { setCursor: [({ cursor: { idx } }) => onCursor(idx ?? undefined)] },
  };
}
