import { copyFileSync } from 'node:fs';
import { rolldown } from 'rolldown';
import { clientFolder, distFolder, root } from './folders.ts';

const PAGE = '\0page';
const door = `${clientFolder}/src/index.ts`;
/** For pages that have no build: `connect` alone, which is all of it that the size limit is about. */
const page = {
  name: 'page',
  resolveId: (id: string) => (id === PAGE ? id : null),
  load: (id: string) => (id === PAGE ? `export { connect } from ${JSON.stringify(door)};` : null),
};

interface Bundle {
  readonly name: string;
  readonly input: string;
  readonly platform: 'browser' | 'node';
  readonly minify: boolean;
  /** Before the name of its chunks, which lie in the same folder as those of the other bundles. */
  readonly chunkPrefix: string;
}

const BUNDLES: readonly Bundle[] = [
  { name: 'longwire', input: PAGE, platform: 'browser', minify: true, chunkPrefix: 'min-' },
  { name: 'index', input: door, platform: 'browser', minify: false, chunkPrefix: '' },
  { name: 'node', input: `${clientFolder}/src/node/index.ts`, platform: 'node', minify: false, chunkPrefix: 'node-' },
];

/**
 * The library as ES modules without any import from outside: `index.js` for bundlers and Node, `longwire.js` small for
 * `<script type="module">`, `node.js`. Decoders are files of their own, asked for when they are needed.
 */
export async function bundleClient(): Promise<void> {
  for (const bundle of BUNDLES) await write(bundle);
  // Where brotli-wasm's loader looks for it: beside itself.
  const wasm = 'brotli_wasm_bg.wasm';
  copyFileSync(`${root}/node_modules/brotli-wasm/pkg.web/${wasm}`, `${distFolder}/${wasm}`);
}

async function write({ name, input, platform, minify, chunkPrefix }: Bundle): Promise<void> {
  const bundle = await rolldown({
    input: { [name]: input },
    plugins: [page],
    platform,
    ...(platform === 'node' && { external: /^node:/ }),
    transform: { target: 'es2023' },
  });
  await bundle.write({
    dir: distFolder,
    format: 'esm',
    minify,
    // The small one has no byte to spare for the comment that names its map.
    sourcemap: minify ? 'hidden' : true,
    ...(minify && { comments: false }),
    chunkFileNames: `${chunkPrefix}[name].js`,
  });
  await bundle.close();
}
