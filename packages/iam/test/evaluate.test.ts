import { describe, expect, it } from 'vitest';
import type { Statement } from '../src/index.js';
import { isAllowed } from './enforcement/evaluate.js';

const statement: Statement = {
  Sid: 'A',
  Effect: 'Allow',
  Action: ['dynamodb:PutItem'],
  Resource: ['arn:aws:dynamodb:us-east-1:000000000000:table/a.b/index/*'],
};
const needed = {
  action: 'dynamodb:PutItem',
  resource: 'arn:aws:dynamodb:us-east-1:000000000000:table/a.b/index/GSI1',
  context: {},
};
const keys = (...ids: string[]) => ({ ...needed, context: { 'dynamodb:LeadingKeys': ids } });
const allows = (part: Partial<Statement>, permission: Parameters<typeof isAllowed>[1] = needed) =>
  isAllowed({ Version: '2012-10-17', Statement: [{ ...statement, ...part }] }, permission);
const likeIds = (...ids: string[]) => ({ Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ids } } });

describe('a policy', () => {
  it('allows an action on a resource that a pattern of one statement matches', () => {
    expect(allows({})).toBe(true);
    expect(allows({}, { ...needed, action: 'dynamodb:PutItems' })).toBe(false);
    expect(allows({}, { ...needed, resource: needed.resource.replace('a.b', 'a-b') })).toBe(false); // a dot is a dot
    expect(allows({}, { ...needed, resource: `x${needed.resource}` })).toBe(false);
    expect(allows({ Resource: ['*'] })).toBe(true);
    expect(allows({ Resource: [needed.resource.replace('GSI1', 'GSI?')] })).toBe(true);
    expect(isAllowed({ Version: '2012-10-17', Statement: [] }, needed)).toBe(false);
  });

  it('allows a request only if all its items are among the allowed ones', () => {
    expect(allows(likeIds('UNIQUE#'), keys('UNIQUE#'))).toBe(true);
    expect(allows(likeIds('UNIQUE#'), keys('UNIQUE#USER#email#a'))).toBe(false);
    expect(allows(likeIds('#CHECKPOINT#*'), keys('#CHECKPOINT#a', '#CHECKPOINT#b'))).toBe(true);
    expect(allows(likeIds('#CHECKPOINT#*'), keys('#CHECKPOINT#a', 'USER#1'))).toBe(false);
    expect(allows(likeIds('UNIQUE#'))).toBe(true); // ForAllValues holds for no values, as in IAM
  });

  it('is not evaluated with an operator that the evaluator does not know', () => {
    expect(() => allows({ Condition: { StringEquals: { 'aws:x': ['y'] } } })).toThrow('StringEquals');
  });
});
