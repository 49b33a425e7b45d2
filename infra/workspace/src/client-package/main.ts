import { rmSync, writeFileSync } from 'node:fs';
import { describeApi } from './api-docs.ts';
import { bundleClient } from './bundle.ts';
import { writeDeclarations } from './declarations.ts';
import { clientFolder, distFolder } from './folders.ts';
import { writeManifest } from './manifest.ts';

// `build` makes libs/client/dist, `docs` writes libs/client/API.md. Both read what tsc declares: typecheck first.
if (process.argv[2] === 'docs') {
  writeFileSync(`${clientFolder}/API.md`, await describeApi());
} else {
  rmSync(distFolder, { recursive: true, force: true });
  await bundleClient();
  writeDeclarations();
  writeManifest();
}
