import type { Entity } from '../entity.js';
import { displayName, uniqueFields } from './vocabulary.js';

/** A procedure of an entity, with the level of its permission: `issues:read`. */
export interface Procedure {
  name: string;
  level: 'read' | 'write' | 'admin';
}

/** Returns the procedures of an entity, in the order of its router. */
export function proceduresOf(entity: Entity): Procedure[] {
  const reads = [
    ...['list', 'createdSince', ...entity.indexes.map(({ listName }) => `list${listName}`), 'getById'],
    ...uniqueFields(entity).map((field) => `getBy${displayName(entity, field)}`),
  ];
  return [
    ...reads.map((name) => ({ name, level: 'read' }) as const),
    ...['create', 'update', 'delete'].map((name) => ({ name, level: 'write' }) as const),
    { name: 'batchDelete', level: 'admin' },
    { name: 'count', level: 'read' },
  ];
}
