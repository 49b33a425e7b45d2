import cliProgress from 'cli-progress';

/** Tells what is going on: a bar on a terminal, a line for each step elsewhere. */
export interface Progress {
  /** Scenario `done` of all has begun. */
  enter(scenario: string, done: number): void;
  step(what: string): void;
  stop(): void;
}

const LINE_CHARS = 60;

export function openProgress(total: number): Progress {
  return process.stderr.isTTY ? openBar(total) : openLines(total);
}

function openBar(total: number): Progress {
  const bar = new cliProgress.SingleBar({
    format: '{bar} {value}/{total} {scenario}: {step} [{duration_formatted}]',
    stream: process.stderr,
    hideCursor: true,
    etaBuffer: 1,
  });
  const payload = { scenario: '', step: '' };
  bar.start(total, 0, payload);
  return {
    enter(scenario, done) {
      payload.scenario = scenario;
      payload.step = '';
      bar.update(done, payload);
    },
    step(what) {
      payload.step = what.slice(0, LINE_CHARS);
      bar.update(payload);
    },
    stop: () => bar.stop(),
  };
}

function openLines(total: number): Progress {
  let current = '';
  const startedAt = performance.now();
  const note = (text: string): void => {
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    process.stderr.write(`bench: ${seconds.padStart(6)} s ${text}\n`);
  };
  return {
    enter(scenario, done) {
      current = scenario;
      note(`[${done + 1}/${total}] ${scenario}`);
    },
    step: (what) => note(`  ${current}: ${what}`),
    stop: () => undefined,
  };
}
