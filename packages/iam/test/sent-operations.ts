import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** The document client's commands, which have names of their own. */
const ofDocumentClient: Readonly<Record<string, string>> = {
  Get: 'GetItem',
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  BatchGet: 'BatchGetItem',
  BatchWrite: 'BatchWriteItem',
  TransactGet: 'TransactGetItems',
  TransactWrite: 'TransactWriteItems',
};

/**
 * Returns the operations that the code of a package can send, by its sources: requests of the models' own transport, and
 * commands of the SDK.
 */
export function sentOperations(packageFolder: string): string[] {
  const folder = join(root, packageFolder, 'src');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'));
  const operations = files.flatMap((path) => {
    const text = readFileSync(join(folder, path), 'utf8');
    const calls = [...text.matchAll(/\.(?:read|write)\('([A-Z]\w+)'/g)].map(([, name = '']) => name);
    const commands = [...text.matchAll(/new (?:sdk\.)?([A-Z]\w+)Command\(/g)].map(([, name = '']) => name);
    return [...calls, ...commands.map((name) => ofDocumentClient[name] ?? name)];
  });
  return [...new Set(operations)].sort();
}
