import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node';
import { tsc } from './types-compiler.mjs';

const warmRounds = 20;

/**
 * What somebody waits for who types in an editor, by the language server that TypeScript brings: the names after `api.entity0.` in a file that
 * has just been opened, the same after each of some edits, and the type of a call's answer.
 */
export async function measureEditor(folder) {
  const server = spawn(tsc, ['--lsp', '--stdio'], { cwd: folder, stdio: ['pipe', 'pipe', 'ignore'] });
  const connection = createMessageConnection(
    new StreamMessageReader(server.stdout),
    new StreamMessageWriter(server.stdin),
  );
  connection.onRequest('client/registerCapability', () => null);
  connection.onRequest('workspace/configuration', ({ items }) => items.map(() => null));
  connection.onRequest('window/workDoneProgress/create', () => null);
  connection.listen();
  try {
    const rootUri = pathToFileURL(folder).href;
    const workspaceFolders = [{ uri: rootUri, name: 'types' }];
    await connection.sendRequest('initialize', { processId: process.pid, rootUri, workspaceFolders, capabilities: {} });
    await connection.sendNotification('initialized', {});

    const uri = `${rootUri}/src/calls.ts`;
    const source = readFileSync(`${folder}/src/calls.ts`, 'utf8');
    const typed = (n) => `${source}\nexport const typed${n} = api.entity0.`;
    const completionAt = (text) => {
      const lines = text.split('\n');
      return { textDocument: { uri }, position: { line: lines.length - 1, character: lines.at(-1).length } };
    };
    const namesAt = async (n) => {
      const began = performance.now();
      const list = await connection.sendRequest('textDocument/completion', completionAt(typed(n)));
      const ms = performance.now() - began;
      const names = (list.items ?? list).map(({ label }) => label);
      if (!names.includes('getById')) throw new Error(`The editor does not know getById, only ${names.slice(0, 5)}`);
      return ms;
    };

    await connection.sendNotification('textDocument/didOpen', {
      textDocument: { uri, languageId: 'typescript', version: 0, text: typed(0) },
    });
    const coldMs = await namesAt(0);
    const warmMs = [];
    for (let n = 1; n <= warmRounds; n++) {
      await connection.sendNotification('textDocument/didChange', {
        textDocument: { uri, version: n },
        contentChanges: [{ text: typed(n) }],
      });
      warmMs.push(await namesAt(n));
    }
    return { coldMs, warmMs };
  } finally {
    connection.dispose();
    server.kill('SIGKILL');
  }
}
