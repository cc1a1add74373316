import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');

export interface LanguageServer {
  /** Returns the definitions of a word in a file, such as `apps/api/src/trpc/users-router.ts: create: procedure`. */
  definitions(file: string, place: { line: string; word: string }): Promise<string[]>;
  stop(): void;
}

interface Location {
  uri: string;
  range: { start: { line: number } };
}

/** Starts TypeScript's language server as an editor does. */
export async function languageServer(): Promise<LanguageServer> {
  const child = spawn(process.execPath, [tsc, '--lsp', '--stdio'], { cwd: root, stdio: ['pipe', 'pipe', 'ignore'] });
  const connection = createMessageConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  connection.onRequest((method) => (method === 'workspace/configuration' ? [] : null));
  connection.listen();
  const rootUri = pathToFileURL(root).href;
  await connection.sendRequest('initialize', { processId: process.pid, rootUri, capabilities: {} });
  await connection.sendNotification('initialized', {});

  return {
    async definitions(file, { line, word }) {
      const path = join(root, file);
      const text = await readFile(path, 'utf8');
      const uri = pathToFileURL(path).href;
      await connection.sendNotification('textDocument/didOpen', {
        textDocument: { uri, languageId: 'typescript', version: 1, text },
      });
      const lines = text.split('\n');
      const row = lines.findIndex((one) => one.includes(line));
      const column = (lines[row] ?? '').indexOf(line) + line.indexOf(word);
      const found = await connection.sendRequest<Location | Location[] | null>('textDocument/definition', {
        textDocument: { uri },
        position: { line: row, character: column },
      });
      return Promise.all([found ?? []].flat().map(describe));
    },
    stop() {
      connection.dispose();
      child.kill();
    },
  };
}

/** Formats a location as its path in the repository and its line of text. */
async function describe({ uri, range }: Location): Promise<string> {
  const path = fileURLToPath(uri);
  const lines = (await readFile(path, 'utf8')).split('\n');
  return `${path.replace(root, '')}: ${lines[range.start.line]?.trim()}`;
}
