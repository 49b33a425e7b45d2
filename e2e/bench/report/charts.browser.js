// Runs in the report page, after uPlot: draws the charts of the report that stands in the page as JSON.
(() => {
  const report = JSON.parse(document.getElementById('report').textContent);
  const colors = ['#2563eb', '#d9480f', '#0c8a5f', '#8b3fd1', '#b8860b'];
  const place = document.getElementById('charts');
  const width = Math.min(960, document.body.clientWidth - 40);

  const holder = () => {
    const element = document.createElement('div');
    element.className = 'chart';
    place.append(element);
    return element;
  };

  // Percentiles are drawn by the number of nines, as HdrHistogram's own plots are: 90, 99, 99.9 are one step apart each.
  const nines = (percentile) => -Math.log10(Math.max(0.0001, 1 - percentile / 100));

  function drawLatency(chart) {
    const xs = chart.lines[0].points.map((point) => nines(point.percentile));
    const ys = chart.lines.map((line) => line.points.map((point) => point.ms));
    const series = chart.lines.map((line, index) => ({
      label: line.name,
      stroke: colors[index % colors.length],
      width: 2,
    }));
    const percent = (value) => `${Number((100 * (1 - 10 ** -value)).toFixed(3))}%`;
    new uPlot(
      {
        title: chart.title,
        width,
        height: 300,
        scales: { x: { time: false } },
        series: [{ label: 'percentile', value: (_plot, value) => (value == null ? '' : percent(value)) }, ...series],
        axes: [{ splits: () => [0, 1, 2, 3, 4], values: (_plot, splits) => splits.map(percent) }, { label: 'ms' }],
      },
      [xs, ...ys],
      holder(),
    );
  }

  function drawBars(chart) {
    const names = chart.bars.map((bar) => bar.name);
    const positions = names.map((_, index) => index);
    new uPlot(
      {
        title: chart.title,
        width,
        height: 300,
        scales: {
          x: { time: false, range: [-0.7, names.length - 0.3] },
          y: { range: (_plot, _low, high) => [0, high * 1.1] },
        },
        series: [
          { label: 'server', value: (_plot, value) => names[value] ?? '' },
          {
            label: chart.unit,
            fill: colors[0],
            stroke: colors[0],
            paths: uPlot.paths.bars({ size: [0.6, 120] }),
            points: { show: false },
          },
        ],
        axes: [{ splits: () => positions, values: () => names, grid: { show: false } }, { label: chart.unit }],
      },
      [positions, chart.bars.map((bar) => bar.value)],
      holder(),
    );
  }

  for (const chart of report.results.flatMap((result) => result.charts)) {
    if (chart.kind === 'latency') drawLatency(chart);
    else drawBars(chart);
  }
})();
