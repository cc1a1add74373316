import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A fenced block of a document. */
export interface Block {
  /** Line of its fence. */
  readonly line: number;
  /** What stands behind the fence: `ts`, `sh`, `text`; empty: nothing. */
  readonly info: string;
  readonly text: string;
}

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** All documents that are under version control, or about to be. */
export function documents(): string[] {
  const args = ['ls-files', '--cached', '--others', '--exclude-standard', '--', '*.md'];
  return execFileSync('git', args, { cwd: root, encoding: 'utf8' }).split('\n').filter(Boolean).sort();
}

export const blocksOf = (document: string) => blocksIn(readFileSync(`${root}/${document}`, 'utf8'));

/** The fenced blocks of a text, in order: by backticks or tildes, indented or not, closed or not. */
export function blocksIn(markdown: string): Block[] {
  const blocks: Block[] = [];
  let open: { fence: string; line: number; info: string; lines: string[] } | undefined;
  for (const [index, line] of markdown.split('\n').entries()) {
    const [, fence = '', info = ''] = /^\s*(?:>\s*)?(`{3,}|~{3,})(.*)$/.exec(line) ?? [];
    if (open === undefined) {
      if (fence !== '') open = { fence, line: index + 1, info: info.trim(), lines: [] };
    } else if (fence.startsWith(open.fence) && info.trim() === '') {
      blocks.push({ line: open.line, info: open.info, text: open.lines.join('\n') });
      open = undefined;
    } else open.lines.push(line);
  }
  if (open !== undefined) blocks.push({ line: open.line, info: open.info, text: open.lines.join('\n') });
  return blocks;
}

/** The commands of a block for a shell: without comments, prompts and what they print. */
export function commandsIn({ info, text }: Block): string[] {
  if (!['sh', 'bash', 'console'].includes(info)) return [];
  const lines =
    info === 'console' ? text.split('\n').flatMap((line) => /^\$ (.*)$/.exec(line)?.[1] ?? []) : text.split('\n');
  return lines.map((line) => line.replace(/(^|\s+)#.*$/, '').trim()).filter(Boolean);
}
