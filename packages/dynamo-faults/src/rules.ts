import type { Body } from './wire.js';

const everything = undefined;
const singleWrites = ['PutItem', 'UpdateItem', 'DeleteItem'];
const transactions = ['TransactWriteItems', 'TransactGetItems'];

/** Each fault with the operations that can suffer it. */
const operationsByFault = {
  latency: everything,
  throttle: everything,
  'transaction-throttle': transactions,
  'transaction-conflict': [...transactions, ...singleWrites],
  'transaction-in-progress': ['TransactWriteItems'],
  'server-error': everything,
  'server-error-after-commit': everything,
  reset: everything,
  refused: everything,
  'lost-reply': everything,
  hang: everything,
  unprocessed: ['BatchWriteItem', 'BatchGetItem'],
  'stale-index': ['Query', 'Scan'],
} satisfies Record<string, readonly string[] | undefined>;

/** The name of a fault; the table in the README says what each does. */
export type Fault = keyof typeof operationsByFault;

export const faultNames = Object.keys(operationsByFault) as Fault[];

/** Which requests suffer a fault. Without `rate` and `times`: every request that matches. */
export interface FaultTarget {
  /** One operation or several, by their names in DynamoDB (`PutItem`). Default: all that can suffer the fault. */
  readonly operation?: string | readonly string[];
  /** Only requests for which this says true; it gets the body in DynamoDB's wire format. */
  readonly when?: (body: Body, operation: string) => boolean;
  /** The share of matching requests, from 0 to 1, chosen by the seed. */
  readonly rate?: number;
  /** The first so many matching requests, then none. */
  readonly times?: number;
  /** Leaves the first so many matching requests alone. @default 0 */
  readonly skip?: number;
}

/** A fault and the requests that suffer it. */
export type FaultRule = FaultTarget &
  (
    | { readonly fault: Exclude<Fault, 'latency'> }
    /** Milliseconds, or the shortest and the longest delay. */
    | { readonly fault: 'latency'; readonly ms: number | readonly [number, number] }
  );

/** Whether the rule is about this request. `body` is read only if needed: parsing costs more than all else here. */
export function matches(rule: FaultRule, operation: string, body: () => Body): boolean {
  const operations = rule.operation === undefined ? operationsByFault[rule.fault] : [rule.operation].flat();
  if (operations && !operations.includes(operation)) return false;
  if (rule.fault === 'stale-index' && body().IndexName === undefined) return false;
  return rule.when?.(body(), operation) ?? true;
}

/** Throws a TypeError that names the rule, what is wrong, and what it may be. */
export function checkRules(rules: readonly FaultRule[]): void {
  if (!Array.isArray(rules))
    throw new TypeError('faultyHandler: rules must be a list, such as [{ fault: "throttle", rate: 0.05 }]');
  for (const [index, rule] of rules.entries()) {
    const problem = problemOf(rule);
    if (problem) throw new TypeError(`faultyHandler: rules[${index}]${problem}`);
  }
}

const keys = ['fault', 'operation', 'when', 'rate', 'times', 'skip', 'ms'];

function problemOf(rule: FaultRule): string | undefined {
  const { fault, rate, times, skip = 0, operation } = rule;
  const unknownKey = Object.keys(rule).find((key) => !keys.includes(key));
  if (unknownKey) return `.${unknownKey} is not known; a rule has ${keys.join(', ')}`;
  if (!faultNames.includes(fault)) return `.fault is ${show(fault)}; it may be ${faultNames.join(', ')}`;
  if (rate !== undefined && times !== undefined) return ' has both rate and times; give one of them';
  if (rate !== undefined && !isShare(rate)) return `.rate is ${show(rate)}; it may be 0 to 1`;
  if (times !== undefined && !isCount(times)) return `.times is ${show(times)}; it may be a whole number from 0`;
  if (!isCount(skip)) return `.skip is ${show(skip)}; it may be a whole number from 0`;
  if (rule.when !== undefined && typeof rule.when !== 'function') return '.when must be a function of the body';
  for (const name of operation === undefined ? [] : [operation].flat()) {
    const possible: readonly string[] | undefined = operationsByFault[fault];
    if (possible && !possible.includes(name))
      return `.operation is ${show(name)}; ${fault} may hit ${possible.join(', ')}`;
    if (isCommandName(name)) return `.operation is ${show(name)}; it may be an operation of DynamoDB, such as PutItem`;
  }
  return problemOfDelay(rule);
}

function problemOfDelay(rule: FaultRule): string | undefined {
  const delay = 'ms' in rule ? rule.ms : undefined;
  if (rule.fault !== 'latency') return delay === undefined ? undefined : '.ms belongs to latency only';
  const range = typeof delay === 'number' ? [delay, delay] : delay;
  const [from = Number.NaN, to = Number.NaN] = Array.isArray(range) ? range : [];
  if (from >= 0 && from <= to && to < 2 ** 31) return undefined;
  return `.ms is ${show(delay)}; it may be milliseconds, such as 20, or a range, such as [5, 50]`;
}

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0;
const isShare = (value: unknown): boolean => typeof value === 'number' && value >= 0 && value <= 1;
const show = (value: unknown): string =>
  typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? 'undefined');

/** `PutCommand` and the document client's `Put` are names of the SDK; requests carry those of DynamoDB. */
const isCommandName = (name: string): boolean =>
  !/^[A-Z][A-Za-z]+$/.test(name) || /Command$|^(Get|Put|Update|Delete|(Batch|Transact)(Get|Write))$/.test(name);
