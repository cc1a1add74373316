import type { PolicyDocument, Statement } from '../../src/index.js';
import type { NeededPermission } from './needed-permissions.js';

/** Returns whether a policy allows a permission. These policies have no Deny, and nothing else grants anything. */
export function isAllowed({ Statement: statements }: PolicyDocument, needed: NeededPermission): boolean {
  return statements.some((statement) => matches(statement, needed));
}

/** Returns whether a statement applies: action, resource and each condition. */
export function matches({ Action, Resource, Condition = {} }: Statement, needed: NeededPermission): boolean {
  return (
    Action.some((pattern) => pattern.toLowerCase() === needed.action.toLowerCase()) &&
    Resource.some((pattern) => isLike(needed.resource, pattern)) &&
    Object.entries(Condition).every(([operator, keys]) =>
      Object.entries(keys).every(([key, allowed]) => fulfils(operator, needed.context[key], allowed)),
    )
  );
}

/** Evaluates the operators that the policies use. @throws TypeError for any other, so that it does not go unnoticed */
function fulfils(operator: string, values: readonly string[] = [], allowed: readonly string[]): boolean {
  const isIn = (value: string) => allowed.some((pattern) => isLike(value, pattern));
  if (operator === 'ForAllValues:StringLike') return values.every(isIn); // true without values, as in IAM
  if (operator === 'StringLike') return values.length === 1 && values.every(isIn);
  if (operator === 'Null') return allowed.every((isAbsent) => (isAbsent === 'true') === (values.length === 0));
  throw new TypeError(`The evaluator does not know the operator ${operator}`);
}

/** IAM's wildcards: `*` matches any text, `?` one character. */
function isLike(text: string, pattern: string): boolean {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replace(/\*/g, '.*').replace(/\?/g, '.')}$`, 's').test(text);
}
