import type { AnyTRPCRouter } from '@trpc/server';
import { includesRole, type Role, roles } from '../auth/roles.js';
import { roleNeeded } from './access.js';
import type { Meta } from './meta.js';

interface Declared {
  readonly path: string;
  readonly type: string;
  readonly meta: Meta;
}

/**
 * Returns the access rules of a router as Markdown. Each kind of scope has a table with a column for each role, in the
 * scope of the call and in another one. The last table has the procedures without a scope.
 */
export function accessTable(router: AnyTRPCRouter): string {
  const procedures = Object.entries(router._def.procedures as Record<string, { _def: { type: string; meta?: Meta } }>);
  const declared = procedures.map(([path, { _def }]) => ({ path, type: _def.type, meta: _def.meta ?? {} }));
  const fields = [...new Set(declared.map(({ meta }) => meta.within))].sort((a) => (a === undefined ? 1 : -1));
  const sections = fields.map((field) => {
    const rows = declared.filter(({ meta }) => meta.within === field);
    const [title, table] =
      field === undefined
        ? ['Without a scope', markdown(['procedure', 'permission', 'without it', 'with it'], rows.map(globalRow))]
        : [`Within \`${field}\``, markdown(['procedure', 'permission', ...columns.map(titleOf)], rows.map(scopedRow))];
    return `## ${title}\n\n${table}\n`;
  });
  return sections.join('\n');
}

/** A caller with a role in the scope of the call, or in another one. */
interface Column {
  readonly scope: 'own' | 'other';
  /** `none`: an admin whose token lacks the permission. */
  readonly role: Role | 'none';
}

const columns: readonly Column[] = (['own', 'other'] as const).flatMap((scope) =>
  (['none', ...roles] as const).map((role) => ({ scope, role })),
);

const titleOf = ({ scope, role }: Column) => `${scope}: ${role === 'none' ? 'no permission' : role}`;

function scopedRow({ path, type, meta }: Declared): string[] {
  const needed = roleNeeded(meta, type);
  const cells = columns.map(({ scope, role }) => {
    if (role === 'none' || meta.needs === undefined) return 'permission';
    if (scope === 'other') return 'membership';
    return includesRole(role, needed) ? 'yes' : 'role';
  });
  return [code(path), code(meta.needs), ...cells];
}

const globalRow = ({ path, meta: { needs, orOwn } }: Declared): string[] => [
  code(path),
  code(needs),
  orOwn === undefined ? 'permission' : 'own user',
  needs === undefined ? 'permission' : 'yes',
];

const code = (text: string | undefined) => (text === undefined ? 'nobody' : `\`${text}\``);

/** Returns a table whose columns are aligned. */
function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, at) => Math.max(title.length, ...rows.map((row) => row[at]?.length ?? 0)));
  const line = (cells: readonly string[]) => `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}
