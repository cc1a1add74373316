import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KnownEntity, Workspace } from './entity.js';
import { nameOf } from './names.js';
import { UsageError } from './usage-error.js';

export const servicesFile = 'apps/api/src/services.ts';

/** Reads the names that are taken in a repository. Its entities are those whose services the API creates. */
export function readWorkspace(root: string): Workspace {
  if (!existsSync(join(root, servicesFile)))
    throw new UsageError(`${root} is not a copy of this repository: it has no ${servicesFile}`);
  const services = readFileSync(join(root, servicesFile), 'utf8');
  const entities = [...services.matchAll(/^ +(\w+): new (\w+)Service\(/gm)].map(
    ([, many = '', one = '']): KnownEntity => ({ one: nameOf(one), many: nameOf(many) }),
  );
  return { entities, folders: ['packages', 'apps'].flatMap((folder) => readdirSync(join(root, folder))) };
}
