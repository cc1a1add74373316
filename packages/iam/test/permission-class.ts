import { type PolicyDocument, policyDocument, type Role } from '../src/index.js';
import type { DynamoAction } from './dynamodb-actions.js';
import { isAllowed } from './enforcement/evaluate.js';
import { type NeededPermission, tableArnOf } from './enforcement/needed-permissions.js';

/** The table of the scenarios. */
export const tableName = 'probe';

/** Where a request acts, as far as a policy for one table can tell. */
const table = tableArnOf(tableName);
const other = tableArnOf(`${tableName}-2`);
const resources = {
  table,
  indexes: `${table}/index/GSI7`,
  stream: `${table}/stream/2026-11-30T00:00:00.000`,
  everything: '*',
  'another table': other,
  'an index of another table': `${other}/index/GSI1`,
  'a stream of another table': `${other}/stream/2026-11-30T00:00:00.000`,
  'a table of another account': table.replace(/0{12}/, '111122223333'),
  'a table in another region': table.replace('us-east-1', 'eu-west-1'),
} as const;
type ResourceClass = keyof typeof resources;

/** The classes of each kind of resource in AWS's reference. */
const classesOfType: Readonly<Record<string, readonly ResourceClass[]>> = {
  table: ['table', 'another table', 'a table of another account', 'a table in another region'],
  index: ['indexes', 'an index of another table'],
  stream: ['stream', 'a stream of another table'],
};

/** Which items a request is about, as far as the policies tell items apart. */
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
  return policyDocument(role, { tableArn, streamArn: `${tableArn}/stream/*` });
}

export const nameOf = ({ action, resource, items }: PermissionClass): string =>
  `${action} on ${resource}${items && items !== 'other' ? ` (${items})` : ''}`;

/** Returns the kind of a recorded request. Its table is the probe's: a scenario knows no other. */
export function classOf({ action, resource, context }: NeededPermission): PermissionClass {
  const [, , path = ''] =
    /^arn:aws:dynamodb:us-east-1:000000000000:table\/([\w.-]+)(\/index\/|\/stream\/|$)/.exec(resource) ?? [];
  const kind =
    resource === '*' ? 'everything' : (({ '/index/': 'indexes', '/stream/': 'stream' } as const)[path] ?? 'table');
  const keys = context['dynamodb:LeadingKeys'];
  if (!keys) return { action, resource: kind };
  const items = keys.every((id) => id === ids.mark)
    ? 'mark'
    : keys.every((id) => id.startsWith('#CHECKPOINT#'))
      ? 'checkpoint'
      : 'other';
  return { action, resource: kind, items };
}

/**
 * Returns every kind of request that a policy allows, of all actions of DynamoDB on all resources: those of its table, and
 * of others.
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

/** Returns what a policy allows that no recorded request needs. */
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
