import { generateSecrets } from './generate-secrets.ts';
import { readClusterConfig, readClusterSize } from './config.ts';
import { runCluster } from './run-cluster.ts';

try {
  const size = readClusterSize(process.argv.slice(2));
  const config = readClusterConfig();
  await runCluster({ ...config, ...generateSecrets(config) }, size);
} catch (error) {
  process.stderr.write(`longwire cluster cannot start: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
