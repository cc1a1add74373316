import type { Plan } from './plan.js';

/** Formats the files of a plan as a tree of folders: + is a new file, ~ a changed one. */
export function formatTree({ created, changed }: Plan): string {
  const paths = [...created.keys(), ...changed.keys()].sort((a, b) => (a < b ? -1 : 1));
  const lines: string[] = [];
  let open: string[] = [];
  for (const path of paths) {
    const folders = path.split('/');
    const file = folders.pop();
    const firstNew = folders.findIndex((folder, depth) => folder !== open[depth]);
    for (let depth = firstNew; depth >= 0 && depth < folders.length; depth++)
      lines.push(`  ${'  '.repeat(depth)}${folders[depth]}/`);
    lines.push(`${created.has(path) ? '+' : '~'} ${'  '.repeat(folders.length)}${file}`);
    open = folders;
  }
  return lines.join('\n');
}
