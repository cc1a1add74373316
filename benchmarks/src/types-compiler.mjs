import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const tsc = fileURLToPath(new URL('../../node_modules/.bin/tsc', import.meta.url));

/**
 * Compiles a project and answers what the compiler says of itself. One thread gives the same counts each time; as many as it likes are what
 * people wait for. @throws Error with the compiler's errors
 */
export async function compile(project, { isSingleThreaded = false } = {}) {
  const flags = `--extendedDiagnostics --pretty false ${isSingleThreaded ? '--singleThreaded' : ''}`;
  const began = performance.now();
  // the shell knows the CPU time of its children, Node does not
  const script = `"${tsc}" -p "${project}" ${flags} || exit 1; times`;
  const { stdout } = await promisify(execFile)('sh', ['-c', script]).catch((error) => {
    throw new Error(`${project} does not compile:\n${error.stdout?.slice(0, 3000)}`);
  });
  const ms = performance.now() - began;
  const figure = (name) => Number(new RegExp(`^${name}:\\s*([\\d.]+)`, 'm').exec(stdout)?.[1]);
  const ofChildren = stdout.trim().split('\n').at(-1);
  return {
    ms,
    cpuMs: [...ofChildren.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
      (sum, [, m, s]) => sum + (Number(m) * 60 + Number(s)) * 1000,
      0,
    ),
    files: figure('Files'),
    types: figure('Types'),
    instantiations: figure('Instantiations'),
  };
}
