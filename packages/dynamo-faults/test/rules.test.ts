import { type FaultRule, faultyHandler } from '@aws-starter-kit/dynamo-faults';
import { describe, expect, test } from 'vitest';

const refused = (rule: object, message: string) => [rule as FaultRule, message] as const;

describe('rules that cannot be followed', () => {
  test.each([
    refused({ fault: 'throtle' }, '.fault is "throtle"; it may be latency, throttle,'),
    refused({ rate: 0.5 }, '.fault is undefined; it may be'),
    refused({ fault: 'reset', op: 'PutItem' }, '.op is not known; a rule has fault, operation,'),
    refused({ fault: 'reset', rate: 5 }, '.rate is 5; it may be 0 to 1'),
    refused({ fault: 'reset', rate: '0.5' }, '.rate is "0.5"; it may be 0 to 1'),
    refused({ fault: 'reset', rate: Number.NaN }, '.rate is NaN; it may be 0 to 1'),
    refused({ fault: 'reset', rate: 0.1, times: 1 }, ' has both rate and times; give one of them'),
    refused({ fault: 'reset', times: -1 }, '.times is -1; it may be a whole number from 0'),
    refused({ fault: 'reset', skip: 1.5 }, '.skip is 1.5; it may be a whole number from 0'),
    refused({ fault: 'reset', when: 'always' }, '.when must be a function of the body'),
    refused(
      { fault: 'reset', operation: 'PutCommand' },
      '.operation is "PutCommand"; it may be an operation of DynamoDB',
    ),
    refused(
      { fault: 'reset', operation: ['PutItem', 'Get'] },
      '.operation is "Get"; it may be an operation of DynamoDB',
    ),
    refused(
      { fault: 'unprocessed', operation: 'PutItem' },
      '.operation is "PutItem"; unprocessed may hit BatchWriteItem,',
    ),
    refused({ fault: 'latency' }, '.ms is undefined; it may be milliseconds, such as 20, or a range'),
    refused({ fault: 'latency', ms: [50, 5] }, '.ms is [50,5]; it may be'),
    refused({ fault: 'reset', ms: 5 }, '.ms belongs to latency only'),
  ])('%j', (rule, message) => {
    const rules = [{ fault: 'throttle', rate: 0.05 } as const, rule];
    expect(() => faultyHandler({ rules })).toThrow(TypeError);
    expect(() => faultyHandler({ rules })).toThrow(`faultyHandler: rules[1]${message}`);
    expect(() => faultyHandler({ rules: [] }).setRules(rules)).toThrow(`faultyHandler: rules[1]${message}`);
  });

  test('other options are checked too', () => {
    expect(() => faultyHandler({ rules: [], seed: 0.5 })).toThrow('seed is 0.5; it may be a whole number');
    expect(() => faultyHandler({ rules: [], record: -1 })).toThrow('record is -1; it may be true, false or the number');
    expect(() => faultyHandler({} as never)).toThrow('rules must be a list');
  });
});
