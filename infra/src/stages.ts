import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'node:path';
import { parseSettings, type Settings, SettingsError } from './settings.js';

const folder = new URL('../stages/', import.meta.url);

/** Returns the names of the stages, which are the files in `infra/stages`. */
export const stageNames = (): string[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => parse(file).name)
    .sort();

/** Returns the settings of a stage. @throws SettingsError with a line for each mistake in its file */
export function readStage(stage: string): Settings {
  if (!stageNames().includes(stage))
    throw new SettingsError(`There is no stage ${JSON.stringify(stage)}: it may be ${stageNames().join(', ')}`);
  const file = `infra/stages/${stage}.json`;
  try {
    return parseSettings(JSON.parse(readFileSync(new URL(`${stage}.json`, folder), 'utf8')));
  } catch (error) {
    if (error instanceof SettingsError) throw new SettingsError(`${file}:\n${error.message}`, { cause: error });
    if (error instanceof SyntaxError) throw new SettingsError(`${file} is not JSON: ${error.message}`);
    throw error;
  }
}
