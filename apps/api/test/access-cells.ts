import type { AnyTRPCRouter } from '@trpc/server';
import type { Meta } from '../src/trpc/meta.js';

const roles = ['viewer', 'member', 'admin'] as const;
export type Caller = 'no permission' | (typeof roles)[number];

/** A cell of the access table: a procedure, and a caller with a role in the scope of the call or in another one. */
export interface Cell {
  path: string;
  needs: string;
  scope: 'own' | 'other';
  caller: Caller;
  /** The outcome by the rules of the reference, not by the code. */
  expected: 'allowed' | 'MISSING_PERMISSION' | 'NOT_A_MEMBER' | 'ROLE_TOO_LOW';
}

/** Returns every cell of the procedures within a scope. */
export function cellsOf(router: AnyTRPCRouter): Cell[] {
  const procedures = Object.entries(router._def.procedures as Record<string, { _def: { type: string; meta?: Meta } }>);
  return procedures.flatMap(([path, { _def }]) => {
    const { type, meta: { within, needs = 'nobody', role } = {} } = _def;
    if (within === undefined) return [];
    const lowest = role ?? (type === 'mutation' ? 'member' : 'viewer');
    const allowed = { viewer: roles.slice(0), member: roles.slice(1), admin: roles.slice(2) }[lowest];
    return (['own', 'other'] as const).flatMap((scope) =>
      (['no permission', ...roles] as const).map((caller): Cell => {
        const cell = { path, needs, scope, caller };
        if (caller === 'no permission' || needs === 'nobody') return { ...cell, expected: 'MISSING_PERMISSION' };
        if (scope === 'other') return { ...cell, expected: 'NOT_A_MEMBER' };
        return { ...cell, expected: allowed.some((one) => one === caller) ? 'allowed' : 'ROLE_TOO_LOW' };
      }),
    );
  });
}

/** The text of a cell for each outcome. */
const words = { allowed: 'yes', MISSING_PERMISSION: 'permission', NOT_A_MEMBER: 'membership', ROLE_TOO_LOW: 'role' };

/** Returns the cells of an access table that break the rules or are missing. */
export function differences(table: string, cells: readonly Cell[]): string[] {
  const lines = table.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
  const head = lines.find((cells) => cells.some((cell) => cell.startsWith('own: '))) ?? [];
  return cells.flatMap(({ path, scope, caller, expected }) => {
    const row = lines.find((cells) => cells[1] === `\`${path}\``);
    const cell = row?.[head.indexOf(`${scope}: ${caller}`)];
    return cell === words[expected] ? [] : [`${path}, ${scope}: ${caller} is ${cell} in place of ${words[expected]}`];
  });
}
