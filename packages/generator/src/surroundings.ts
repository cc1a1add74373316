import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KnownEntity, Surroundings } from './entity.js';
import { nameOf } from './names.js';
import { Refusal } from './refusal.js';

export const servicesFile = 'apps/api/src/services.ts';

/** What a repository has already: its entities are those whose services the API makes. */
export function readSurroundings(root: string): Surroundings {
  if (!existsSync(join(root, servicesFile)))
    throw new Refusal(`${root} is no copy of this repository: it has no ${servicesFile}`);
  const services = readFileSync(join(root, servicesFile), 'utf8');
  const entities = [...services.matchAll(/^ +(\w+): new (\w+)Service\(/gm)].map(
    ([, many = '', one = '']): KnownEntity => ({ one: nameOf(one), many: nameOf(many) }),
  );
  return { entities, folders: ['packages', 'apps'].flatMap((folder) => readdirSync(join(root, folder))) };
}
