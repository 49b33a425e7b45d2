import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { clientFolder, distFolder, root } from './folders.ts';

interface SourceManifest {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
  readonly sideEffects: boolean;
}

/** package.json, README, API.md and licences of the package. */
export function writeManifest(): void {
  const { name, version, description, license, sideEffects } = JSON.parse(
    readFileSync(`${clientFolder}/package.json`, 'utf8'),
  ) as SourceManifest;
  const manifest = {
    name,
    version,
    description,
    license,
    keywords: ['longwire', 'websocket', 'push', 'danmaku', 'realtime'],
    type: 'module',
    sideEffects,
    engines: { node: '>=22' },
    exports: {
      '.': { types: './types/client/index.d.ts', default: './index.js' },
      './node': { types: './types/client/node/index.d.ts', default: './node.js' },
      './longwire.js': { types: './types/client/index.d.ts', default: './longwire.js' },
      './package.json': './package.json',
    },
  };
  writeFileSync(`${distFolder}/package.json`, `${JSON.stringify(manifest, null, 2)}\n`);
  for (const file of ['README.md', 'API.md']) {
    writeFileSync(`${distFolder}/${file}`, withoutOutsideLinks(readFileSync(`${clientFolder}/${file}`, 'utf8')));
  }
  copyFileSync(`${root}/LICENSE`, `${distFolder}/LICENSE`);
  copyFileSync(`${root}/node_modules/brotli-wasm/LICENSE`, `${distFolder}/LICENSE.brotli-wasm`);
}

/** Links that leave the package's folder would lead nowhere: their words stay. */
function withoutOutsideLinks(text: string): string {
  return text.replaceAll(/\[([^\]]+)\]\((?!https?:|#|API\.md)[^)]+\)/g, '$1');
}
