import { type PolicyDocument, policyDocument, type Role } from '../src/index.js';
import type { DynamoAction } from './dynamodb-actions.js';
import { isAllowed } from './enforcement/evaluate.js';
import { type NeededPermission, tableArnOf } from './enforcement/needed-permissions.js';

/** The table of the scenarios. */
export const tableName = 'probe';
/** Its table of shared rate limits. */
export const rateLimitTable = `${tableName}-limits`;

/** The resource classes that a policy for one table distinguishes. */
const table = tableArnOf(tableName);
const other = tableArnOf(`${tableName}-2`);
const resources = {
  table,
  indexes: `${table}/index/GSI7`,
  stream: `${table}/stream/2026-11-30T00:00:00.000`,
  everything: '*',
  rateLimitTable: tableArnOf(rateLimitTable),
  'a backup': `${table}/backup/01`,
  'an export': `${table}/export/01`,
  'an import': `${table}/import/01`,
  'a global table': `arn:aws:dynamodb::000000000000:global-table/${tableName}`,
  'another table': other,
  'an index of another table': `${other}/index/GSI1`,
  'a stream of another table': `${other}/stream/2026-11-30T00:00:00.000`,
  'a table of another account': table.replace(/0{12}/, '111122223333'),
  'a table in another region': table.replace('us-east-1', 'eu-west-1'),
} as const;
type ResourceClass = keyof typeof resources;

/** The classes of each kind of resource in AWS's reference. */
const classesOfType: Readonly<Record<string, readonly ResourceClass[]>> = {
  table: ['table', 'rateLimitTable', 'another table', 'a table of another account', 'a table in another region'],
  index: ['indexes', 'an index of another table'],
  stream: ['stream', 'a stream of another table'],
  backup: ['a backup'],
  export: ['an export'],
  import: ['an import'],
  'global-table': ['a global table'],
};

/** The item classes that the policies distinguish. */
const ids = { mark: 'UNIQUE#', checkpoint: '#CHECKPOINT#a', other: 'USER#1' } as const;
type ItemClass = keyof typeof ids;

/** A kind of request that a policy allows or not. */
export interface PermissionClass {
  readonly action: string;
  readonly resource: ResourceClass;
  readonly items?: ItemClass;
}

/** The policy of a role for the table of the probes, or for tables with any name. */
export function probedPolicy(role: Role, name = tableName): PolicyDocument {
  const tableArn = tableArnOf(name);
  const rateLimitTableArn = tableArnOf(rateLimitTable);
  return policyDocument(role, { tableArn, streamArn: `${tableArn}/stream/*`, rateLimitTableArn });
}

export const nameOf = ({ action, resource, items }: PermissionClass): string =>
  `${action} on ${resource}${items && items !== 'other' ? ` (${items})` : ''}`;

/** Returns the kind of a recorded request. Its table is that of the probes, since scenarios use no other. */
export function classOf({ action, resource, context }: NeededPermission): PermissionClass {
  const [, name, path = ''] =
    /^arn:aws:dynamodb:us-east-1:000000000000:table\/([\w.-]+)(\/index\/|\/stream\/|$)/.exec(resource) ?? [];
  if (name === rateLimitTable) return { action, resource: 'rateLimitTable' };
  const kind = resource === '*' ? 'everything' : (kindOfPath[path] ?? 'table');
  const keys = context['dynamodb:LeadingKeys'];
  if (!keys) return { action, resource: kind };
  if (keys.every((id) => id === ids.mark)) return { action, resource: kind, items: 'mark' };
  const areCheckpoints = keys.every((id) => id.startsWith('#CHECKPOINT#'));
  return { action, resource: kind, items: areCheckpoints ? 'checkpoint' : 'other' };
}

const kindOfPath: Readonly<Record<string, ResourceClass>> = { '/index/': 'indexes', '/stream/': 'stream' };

/**
 * Returns every kind of request that a policy allows, among all DynamoDB actions on the resources of its table and of
 * other tables.
 */
export function allowedClasses(policy: PolicyDocument, actions: readonly DynamoAction[]): PermissionClass[] {
  return actions.flatMap(({ action, resourceTypes }) => {
    const possible = resourceTypes.flatMap((type) => classesOfType[type] ?? []);
    return (resourceTypes.length === 0 ? (['everything'] as const) : possible).flatMap((resource) => {
      const isForItems = (items: ItemClass) =>
        isAllowed(policy, { action, resource: resources[resource], context: { 'dynamodb:LeadingKeys': [ids[items]] } });
      if (isForItems('other')) return [{ action, resource }];
      return (Object.keys(ids) as ItemClass[]).filter(isForItems).map((items) => ({ action, resource, items }));
    });
  });
}

/** Returns the permissions of a policy that no recorded request needs. */
export function unused(
  policy: PolicyDocument,
  actions: readonly DynamoAction[],
  recorded: readonly PermissionClass[],
): string[] {
  const needs = ({ action, resource, items }: PermissionClass) =>
    recorded.some(
      (one) =>
        one.action === action &&
        one.resource === resource &&
        (items === undefined ? one.items === undefined || one.items === 'other' : one.items === items),
    );
  return allowedClasses(policy, actions)
    .filter((allowed) => !needs(allowed))
    .map(nameOf);
}
