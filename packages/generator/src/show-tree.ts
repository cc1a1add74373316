import type { Plan } from './plan.js';

/** The files of a plan as a tree of folders: + is new, ~ is changed. */
export function showTree({ made, changed }: Plan): string {
  const paths = [...made.keys(), ...changed.keys()].sort((a, b) => (a < b ? -1 : 1));
  const lines: string[] = [];
  let open: string[] = [];
  for (const path of paths) {
    const folders = path.split('/');
    const file = folders.pop();
    const parted = folders.findIndex((folder, depth) => folder !== open[depth]);
    for (let depth = parted; depth >= 0 && depth < folders.length; depth++)
      lines.push(`  ${'  '.repeat(depth)}${folders[depth]}/`);
    lines.push(`${made.has(path) ? '+' : '~'} ${'  '.repeat(folders.length)}${file}`);
    open = folders;
  }
  return lines.join('\n');
}
