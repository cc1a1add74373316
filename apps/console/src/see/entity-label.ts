import type { Entity } from '../api/description.js';

const labels = ['name', 'title', 'email', 'slug', 'key'];

/** Returns what people call an entity: its name, title or email; else its id. */
export function entityLabel(entity: Entity): string {
  const label = labels.map((name) => entity[name]).find((value) => typeof value === 'string' && value !== '');
  return typeof label === 'string' ? label : entity.id;
}
