import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type TableOptions, tableDefinition } from '@aws-starter-kit/dynamo';
import { addIndexes, describeTable, type IndexProgress } from './add-indexes.js';
import { confirm } from './confirm.js';
import { type Place, placeName } from './explain-failure.js';
import { costText, indexPlan, listed } from './index-plan.js';
import { TargetNotConfirmedError } from './target.js';

export interface UpdateTableOptions {
  readonly client: Pick<DynamoDBClient, 'send'>;
  readonly place: Place;
  readonly indexes: number;
  readonly vectors?: TableOptions['vectors'];
  /** Do not ask. */
  readonly yes: boolean | undefined;
  readonly signal: AbortSignal;
}

/**
 * The command `pnpm table update`: shows the cost, asks, adds the missing indexes and shows the progress.
 * @returns the line that ends the command
 * @throws TargetNotConfirmedError if the answer is not yes, or nobody can be asked; the errors of `addIndexes`
 */
export async function updateTable({
  client,
  place,
  indexes,
  vectors,
  yes,
  signal,
}: UpdateTableOptions): Promise<string> {
  const { tableName } = place;
  const where = `Table ${tableName} at ${placeName(place)}`;
  const plan = indexPlan(await describeTable(client, tableName, signal), indexes, vectors);
  const { VectorIndexes = [] } = tableDefinition(tableName, { indexes, vectors });
  const ofVectors = VectorIndexes.map(({ IndexName }) => `, ${IndexName}`).join('');
  const range = (['', 'GSI1', 'GSI1 and GSI2'][indexes] ?? `GSI1 to GSI${indexes}`) + ofVectors;
  const missing = [...plan.missing, ...plan.missingVectors];
  if (missing.length === 0 && plan.building.length === 0) return `${where} has ${range} already.`;
  if (missing.length > 0) {
    process.stderr.write(`${where}\n${costText(plan)}\n`);
    if (!yes) await ask(`Add ${listed(missing.map(({ IndexName }) => IndexName))}? [y/N] `);
  }
  const added = await addIndexes({ client, tableName, indexes, vectors, signal, onProgress: progressLines() });
  const next = 'deploy the models that use them, then run "pnpm db:doctor --fix"';
  return added.length > 0 ? `${where} has ${range}; new: ${listed(added)}. Next: ${next}.` : `${where} has ${range}.`;
}

async function ask(question: string): Promise<void> {
  if (!process.stdin.isTTY || !process.stderr.isTTY)
    throw new TargetNotConfirmedError('Nothing was changed: add --yes if that is the right table and cost');
  if (!(await confirm(question))) throw new TargetNotConfirmedError('Nothing was changed.');
}

/** Returns a function that writes each change of state on a line of its own, and on a terminal the time as well. */
function progressLines(isTerminal = process.stderr.isTTY === true): (progress: IndexProgress) => void {
  let last = '';
  return ({ index, state, seconds }) => {
    const line = `${index} is ${state}`;
    const isNew = line !== last;
    last = line;
    const time = `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;
    if (isTerminal) process.stderr.write(`\r${line}, ${time}  ${state === 'ready' && isNew ? '\n' : ''}`);
    else if (isNew) process.stderr.write(`${line}\n`);
  };
}
