import { parseEnv } from 'node:util';

/** The files with the settings of development. The first one is not in the repository; the tests read the second one. */
export const settingFiles = ['.env', '.env.example'] as const;

const line = /^[ \t]*(?:export[ \t]+)?DYNAMODB_INDEXES[ \t]*=.*$/gm;
const byDefault = 2;

/** Returns the number of indexes that a file of settings gives a table. */
export const indexesIn = (text: string): number => Number(parseEnv(text).DYNAMODB_INDEXES) || byDefault;

/** Returns the text of a file of settings with another number of indexes. */
export function withIndexes(text: string, indexes: number): string {
  const setting = `DYNAMODB_INDEXES=${indexes}`;
  const changed = text.replaceAll(line, setting);
  if (parseEnv(changed).DYNAMODB_INDEXES === String(indexes)) return changed;
  return `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${setting}\n`;
}
