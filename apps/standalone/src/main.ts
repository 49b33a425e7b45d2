import { removeReadyReport, runApp, writeReadyReport } from '@longwire/runtime';
import { openStandaloneApp } from './app.ts';
import { standaloneConfig } from './config.ts';

await runApp({
  name: 'standalone',
  config: standaloneConfig,
  open: openStandaloneApp,
  onReady: (app, { config: { stateDir }, adminUrl }) => {
    const report = app.report(adminUrl);
    writeReadyReport(stateDir, report);
    process.once('exit', () => removeReadyReport(stateDir));
    process.stderr.write(`longwire: open ${report.console} -- Ctrl-C stops everything\n`);
    process.stdout.write(`${JSON.stringify(report)}\n`);
  },
});
