import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const cwd = fileURLToPath(new URL('../..', import.meta.url));

/** Builds what benchmarks measure, where it is not built yet. */
export const builtPackages = () => promisify(execFile)('npx', ['pnpm', 'build'], { cwd });
