import type { Body } from './wire.js';

const everything = undefined;
const singleWrites = ['PutItem', 'UpdateItem', 'DeleteItem'];
const transactions = ['TransactWriteItems', 'TransactGetItems'];

/** Each fault with the operations into which it can be injected. */
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
  late: everything,
  hang: everything,
  unprocessed: ['BatchWriteItem', 'BatchGetItem', 'BatchExecuteStatement'],
  'stale-index': ['Query', 'Scan'],
} satisfies Record<string, readonly string[] | undefined>;

/** The name of a fault. The table in the README describes each. */
export type Fault = keyof typeof operationsByFault;

export const faultNames = Object.keys(operationsByFault) as Fault[];

/** Faults with a delay: of the request and its answer, or only of the request, whose attempt ends at once. */
export type DelayedFault = 'latency' | 'late';

/** Selects the requests of a fault. Without `rate` and `times`, every request that matches. */
export interface FaultTarget {
  /** One or several operations, by their names in DynamoDB (`PutItem`). @default all into which the fault can be injected */
  readonly operation?: string | readonly string[];
  /** Only requests for which this returns true. It receives the body in DynamoDB's wire format. */
  readonly when?: (body: Body, operation: string) => boolean;
  /** The share of matching requests, from 0 to 1, which the seed chooses. */
  readonly rate?: number;
  /** The number of matching requests, from the first on. */
  readonly times?: number;
  /** The number of matching requests to skip first. @default 0 */
  readonly skip?: number;
}

/** A fault and the requests into which it is injected. */
export type FaultRule = FaultTarget &
  (
    | { readonly fault: Exclude<Fault, DelayedFault> }
    /** Milliseconds, or the shortest and the longest delay. */
    | { readonly fault: DelayedFault; readonly ms: number | readonly [number, number] }
  );

/** Returns whether a rule matches a request. `body` is called only if needed: parsing costs more than everything else here. */
export function matches(rule: FaultRule, operation: string, body: () => Body): boolean {
  const operations = rule.operation === undefined ? operationsByFault[rule.fault] : [rule.operation].flat();
  if (operations && !operations.includes(operation)) return false;
  if (rule.fault === 'stale-index' && body().IndexName === undefined) return false;
  return rule.when?.(body(), operation) ?? true;
}

/** Throws a TypeError that names the invalid rule, its value, and the allowed values. */
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
  if (unknownKey) return `.${unknownKey} is unknown; a rule has ${keys.join(', ')}`;
  if (!faultNames.includes(fault)) return `.fault is ${show(fault)}; it must be one of ${faultNames.join(', ')}`;
  if (rate !== undefined && times !== undefined) return ' has both rate and times; give one of them';
  if (rate !== undefined && !isShare(rate)) return `.rate is ${show(rate)}; it must be 0 to 1`;
  if (times !== undefined && !isCount(times)) return `.times is ${show(times)}; it must be a whole number from 0`;
  if (!isCount(skip)) return `.skip is ${show(skip)}; it must be a whole number from 0`;
  if (rule.when !== undefined && typeof rule.when !== 'function') return '.when must be a function of the body';
  for (const name of operation === undefined ? [] : [operation].flat()) {
    const possible: readonly string[] | undefined = operationsByFault[fault];
    if (possible && !possible.includes(name))
      return `.operation is ${show(name)}; ${fault} can be injected into ${possible.join(', ')}`;
    if (isCommandName(name)) return `.operation is ${show(name)}; it must be an operation of DynamoDB, such as PutItem`;
  }
  return problemOfDelay(rule);
}

function problemOfDelay(rule: FaultRule): string | undefined {
  const delay = 'ms' in rule ? rule.ms : undefined;
  if (rule.fault !== 'latency' && rule.fault !== 'late')
    return delay === undefined ? undefined : '.ms belongs to latency and late only';
  const range = typeof delay === 'number' ? [delay, delay] : delay;
  const [from = Number.NaN, to = Number.NaN] = Array.isArray(range) ? range : [];
  if (from >= 0 && from <= to && to < 2 ** 31) return undefined;
  return `.ms is ${show(delay)}; it must be milliseconds, such as 20, or a range, such as [5, 50]`;
}

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0;
const isShare = (value: unknown): boolean => typeof value === 'number' && value >= 0 && value <= 1;
const show = (value: unknown): string =>
  typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? 'undefined');

/** `PutCommand` and the document client's `Put` are names of the SDK; requests have those of DynamoDB. */
const isCommandName = (name: string): boolean =>
  !/^[A-Z][A-Za-z]+$/.test(name) || /Command$|^(Get|Put|Update|Delete|(Batch|Transact)(Get|Write))$/.test(name);
