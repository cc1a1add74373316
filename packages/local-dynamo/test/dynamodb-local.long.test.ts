import { expect, it } from 'vitest';
import { findEngine } from '../src/find-engine.js';
import { EngineMissingError, startLocalDynamo } from '../src/index.js';
import { readNote, writeNote } from './notes.js';
import { temporaryFolder } from './processes.js';

const missing = await findEngine('dynamodb-local').then(
  () => '',
  (error: unknown) => {
    if (error instanceof EngineMissingError && !process.env.CI) return error.message;
    throw error;
  },
);

it('keeps data in a folder across a restart', async ({ skip }) => {
  skip(missing !== '', missing);
  const dataDir = temporaryFolder();
  const first = await startLocalDynamo({ engine: 'dynamodb-local', dataDir });
  expect(first.engine).toBe('dynamodb-local');
  await writeNote(first.endpoint, 'still here');
  await first.stop();

  const second = await startLocalDynamo({ engine: 'dynamodb-local', dataDir });
  expect(await readNote(second.endpoint)).toBe('still here');
  await second.stop();
});
