import type { Procedure } from '@aws-starter-kit/procedures';

/** Returns the description of a procedure from its metadata, and the permission that it needs. */
export function procedureDescription({ type, description, needs, orOwn }: Procedure): string {
  const own = orOwn ? `, unless \`${orOwn}\` names the user of the caller` : '';
  const permission = needs ? `Needs the permission \`${needs}\`${own}.` : 'No permission allows it.';
  const effect = type === 'query' ? 'Reads only.' : 'May change stored data.';
  return [description, permission, effect].filter(Boolean).join(' ');
}
