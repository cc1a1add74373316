// Writes dist/ for `pnpm pack`: the command in one file, without dependencies, and the template.
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { packTemplate } from './pack-template.js';

const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

rmSync(at('dist'), { recursive: true, force: true });
packTemplate(at('../..'), at('dist'));
await build({
  entryPoints: [at('src/cli.ts')],
  outfile: at('dist/create.js'),
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  conditions: ['@aws-starter-kit/source'],
  // commander is CommonJS, and requires built-in modules
  banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  logLevel: 'warning',
});
