import type { PolicyDocument, Statement } from '../src/index.js';
import type { DynamoAction } from './dynamodb-actions.js';
import { allowedClasses } from './permission-class.js';

/** A policy with one change, and a description of the change. */
export interface Mutation {
  readonly change: string;
  readonly policy: PolicyDocument;
}

const withStatements = ({ Version }: PolicyDocument, statements: readonly Statement[]): PolicyDocument => ({
  Version,
  Statement: [...statements],
});

/** Returns the policies that lack one action of one statement. */
export function removals(policy: PolicyDocument): Mutation[] {
  return policy.Statement.flatMap((statement, at) =>
    statement.Action.map((action) => ({
      change: `${statement.Sid} without ${action}`,
      policy: withStatements(
        policy,
        policy.Statement.with(at, { ...statement, Action: statement.Action.filter((one) => one !== action) }),
      ),
    })),
  );
}

/** Returns the policies that allow more: with one more action in a statement, a wider resource, or no condition. */
export function additions(policy: PolicyDocument, actions: readonly DynamoAction[]): Mutation[] {
  const { length: allowed } = allowedClasses(policy, actions);
  const isWider = (mutation: Mutation) => {
    const classes = allowedClasses(mutation.policy, actions);
    // without its condition, a permission is one class instead of one for each kind of items
    return classes.length !== allowed || mutation.change.endsWith('condition');
  };
  return changes(policy, actions).filter(isWider); // the others are allowed by another statement already
}

function changes(policy: PolicyDocument, actions: readonly DynamoAction[]): Mutation[] {
  return policy.Statement.flatMap((statement, at) => {
    const { Condition: condition, ...unconditional } = statement;
    const changed = (change: string, next: Statement) => ({
      change: `${statement.Sid} ${change}`,
      policy: withStatements(policy, policy.Statement.with(at, next)),
    });
    const isOnEverything = statement.Resource.includes('*');
    return [
      ...actions
        .filter(({ action }) => !statement.Action.includes(action))
        .filter(({ resourceTypes }) => resourceTypes.some((type) => isTypeOf(type, statement)) || isOnEverything)
        .map(({ action }) => changed(`with ${action}`, { ...statement, Action: [...statement.Action, action] })),
      ...(isOnEverything ? [] : [changed('on everything', { ...statement, Resource: ['*'] })]),
      ...(condition ? [changed('without its condition', unconditional)] : []),
    ];
  });
}

/** Returns whether a statement names a resource of a type: an action on another one would have no effect. */
function isTypeOf(type: string, { Resource: [arn = ''] }: Statement): boolean {
  const path = arn.slice(arn.indexOf(':table/'));
  const is = path.includes('/index/') ? 'index' : path.includes('/stream/') ? 'stream' : 'table';
  return type === is;
}
