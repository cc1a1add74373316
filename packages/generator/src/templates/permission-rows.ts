import type { Entity } from '../entity.js';
import { proceduresOf } from './procedures.js';

const head = ['procedure', 'permission', 'own: no permission', 'own: viewer', 'own: member', 'own: admin'];
const others = ['other: no permission', 'other: viewer', 'other: member', 'other: admin'];

const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`;
const code = (text: string) => `\`${text}\``;

/** What the caller of a procedure within an organisation lacks, by the lowest role that it needs. */
const lacks = {
  viewer: ['permission', 'yes', 'yes', 'yes'],
  member: ['permission', 'role', 'yes', 'yes'],
  admin: ['permission', 'role', 'role', 'yes'],
};
const elsewhere = ['permission', 'membership', 'membership', 'membership'];

/** A row of the table of permissions, of a procedure within an organisation. */
const scopedRow = (path: string, permission: string, role: keyof typeof lacks) =>
  row([code(path), code(permission), ...lacks[role], ...elsewhere]);

const roleOf = { read: 'viewer', write: 'member', admin: 'admin' } as const;

/** Returns the rows of an entity in `apps/api/docs/permissions.md`. */
export const permissionRows = (entity: Entity): string =>
  proceduresOf(entity)
    .map(({ name, level }) => {
      const [path, permission] = [`${entity.many.camel}.${name}`, `${entity.many.camel}:${level}`];
      return entity.isScoped
        ? scopedRow(path, permission, roleOf[level])
        : row([code(path), code(permission), 'permission', 'yes']);
    })
    .join('');

/** The section of procedures within an organisation, with those of organisations themselves. */
export const organisationSection = `## Within \`organisationId\`

${row([...head, ...others])}${row([...head, ...others].map(() => '---'))}${(
  [
    ['members', 'read', 'viewer'],
    ['setRole', 'write', 'admin'],
    ['removeMember', 'write', 'admin'],
    ['invite', 'write', 'admin'],
    ['invitations', 'read', 'admin'],
    ['revokeInvitation', 'write', 'admin'],
    ['addServiceAccount', 'write', 'admin'],
  ] as const
)
  .map(([name, level, role]) => scopedRow(`organisations.${name}`, `organisations:${level}`, role))
  .join('')}
`;

/** The rows of organisations themselves without a scope. */
export const organisationRows = (
  [
    ['create', 'write'],
    ['list', 'read'],
    ['accept', 'write'],
    ['leave', 'write'],
  ] as const
)
  .map(([name, level]) => row([code(`organisations.${name}`), code(`organisations:${level}`), 'permission', 'yes']))
  .join('');
