import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { repositoryFiles } from '../../packages/local-dev/src/repository-files.js';

/** A fenced block of a document. */
export interface Block {
  /** Line of the opening fence. */
  readonly line: number;
  /** The words behind the fence: `ts`, `sh`, `text`, or empty. */
  readonly info: string;
  readonly text: string;
}

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** Returns all documents of the repository. */
export const documents = (): string[] => repositoryFiles(root).filter((file) => file.endsWith('.md'));

export const blocksOf = (document: string) => blocksIn(readFileSync(`${root}/${document}`, 'utf8'));

/** Returns the fenced blocks of a text, in order: with backticks or tildes, indented or not, closed or not. */
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

/** Returns the commands of a shell block, without comments, prompts and output. */
export function commandsIn({ info, text }: Block): string[] {
  if (!['sh', 'bash', 'console'].includes(info)) return [];
  const lines =
    info === 'console' ? text.split('\n').flatMap((line) => /^\$ (.*)$/.exec(line)?.[1] ?? []) : text.split('\n');
  return lines.map((line) => line.replace(/(^|\s+)#.*$/, '').trim()).filter(Boolean);
}
