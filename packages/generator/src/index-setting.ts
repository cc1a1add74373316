/** The files with the settings of development. The first one is not in the repository; the tests read the second one. */
export const settingFiles = ['.env', '.env.example'] as const;

const line = /^DYNAMODB_INDEXES=(.*)$/m;
const byDefault = 2;

/** Returns the number of indexes that a file of settings gives a table. */
export const indexesIn = (text: string): number => Number(line.exec(text)?.[1]) || byDefault;

/** Returns the text of a file of settings with another number of indexes. */
export function withIndexes(text: string, indexes: number): string {
  const setting = `DYNAMODB_INDEXES=${indexes}`;
  if (line.test(text)) return text.replace(line, setting);
  return `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${setting}\n`;
}
