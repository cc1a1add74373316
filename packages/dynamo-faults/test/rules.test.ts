import { type FaultRule, faultyHandler } from '@aws-starter-kit/dynamo-faults';
import { describe, expect, test } from 'vitest';

const rejected = (rule: object, message: string) => [rule as FaultRule, message] as const;

describe('invalid rules', () => {
  test.each([
    rejected({ fault: 'throtle' }, '.fault is "throtle"; it must be one of latency, throttle,'),
    rejected({ rate: 0.5 }, '.fault is undefined; it must be'),
    rejected({ fault: 'reset', op: 'PutItem' }, '.op is unknown; a rule has fault, operation,'),
    rejected({ fault: 'reset', rate: 5 }, '.rate is 5; it must be 0 to 1'),
    rejected({ fault: 'reset', rate: '0.5' }, '.rate is "0.5"; it must be 0 to 1'),
    rejected({ fault: 'reset', rate: Number.NaN }, '.rate is NaN; it must be 0 to 1'),
    rejected({ fault: 'reset', rate: 0.1, times: 1 }, ' has both rate and times; give one of them'),
    rejected({ fault: 'reset', times: -1 }, '.times is -1; it must be a whole number from 0'),
    rejected({ fault: 'reset', skip: 1.5 }, '.skip is 1.5; it must be a whole number from 0'),
    rejected({ fault: 'reset', when: 'always' }, '.when must be a function of the body'),
    rejected(
      { fault: 'reset', operation: 'PutCommand' },
      '.operation is "PutCommand"; it must be an operation of DynamoDB',
    ),
    rejected(
      { fault: 'reset', operation: ['PutItem', 'Get'] },
      '.operation is "Get"; it must be an operation of DynamoDB',
    ),
    rejected(
      { fault: 'unprocessed', operation: 'PutItem' },
      '.operation is "PutItem"; unprocessed can be injected into BatchWriteItem,',
    ),
    rejected({ fault: 'latency' }, '.ms is undefined; it must be milliseconds, such as 20, or a range'),
    rejected({ fault: 'latency', ms: [50, 5] }, '.ms is [50,5]; it must be'),
    rejected({ fault: 'late' }, '.ms is undefined; it must be milliseconds, such as 20, or a range'),
    rejected({ fault: 'reset', ms: 5 }, '.ms belongs to latency and late only'),
  ])('%j', (rule, message) => {
    const rules = [{ fault: 'throttle', rate: 0.05 } as const, rule];
    expect(() => faultyHandler({ rules })).toThrow(TypeError);
    expect(() => faultyHandler({ rules })).toThrow(`faultyHandler: rules[1]${message}`);
    expect(() => faultyHandler({ rules: [] }).setRules(rules)).toThrow(`faultyHandler: rules[1]${message}`);
  });

  test('other options are checked too', () => {
    expect(() => faultyHandler({ rules: [], seed: 0.5 })).toThrow('seed is 0.5; it must be a whole number');
    expect(() => faultyHandler({ rules: [], record: -1 })).toThrow(
      'record is -1; it must be true, false or the number',
    );
    expect(() => faultyHandler({} as never)).toThrow('rules must be a list');
  });
});
