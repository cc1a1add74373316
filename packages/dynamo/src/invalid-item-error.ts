import { DynamoError } from './errors.js';

/** An attribute or key that cannot be stored. Nothing was sent. */
export class InvalidItemError extends DynamoError {
  override readonly name = 'InvalidItemError';
  readonly code = 'INVALID_ITEM';
  /** The attribute, with its path where it is nested: `address.lines[2]`. */
  readonly attribute: string;
  readonly reason: InvalidItemReason;
  /** With the reason `schema`: the messages by path, such as `address.city`. */
  readonly fieldErrors: Readonly<Record<string, readonly string[]>> | undefined;
  constructor(attribute: string, reason: InvalidItemReason, options: InvalidItemOptions = {}) {
    const { fieldErrors } = options;
    const told = fieldErrors ? [...Object.values(fieldErrors)].flat().join('; ') : (options.advice ?? advice[reason]);
    super(`Attribute ${attribute || "''"} cannot be stored (${reason}): ${told}`, options);
    this.attribute = attribute;
    this.reason = reason;
    this.fieldErrors = fieldErrors;
  }
}

interface InvalidItemOptions extends ErrorOptions {
  readonly fieldErrors?: Readonly<Record<string, readonly string[]>>;
  /** In place of the reason's own. */
  readonly advice?: string;
}

/** The reason why an item cannot be stored. */
export type InvalidItemReason =
  | 'managed attribute'
  | 'empty key'
  | 'empty value'
  | 'pk over 2,048 bytes'
  | 'sk over 1,024 bytes'
  | 'Date'
  | 'NaN'
  | 'number out of range'
  | 'unsafe integer'
  | 'empty set'
  | 'equal binaries'
  | 'empty name'
  | 'reserved name'
  | 'unsupported type'
  | 'invalid Unicode'
  | 'nested over 32 levels'
  | 'schema'
  | 'wider than its key'
  | 'no counter'
  | 'no list'
  | 'no set of this type'
  | 'no object'
  | 'over 38 digits'
  | 'no time in seconds'
  | 'no version'
  | 'no vector'
  | 'outside the scope';

const advice: Record<InvalidItemReason, string> = {
  'managed attribute': 'the model manages it: leave it out',
  'empty key': 'a key must not be empty',
  'empty value': 'the value of a unique attribute must not be empty',
  'pk over 2,048 bytes': 'a partition key holds at most 2,048 bytes of UTF-8',
  'sk over 1,024 bytes': 'a sort key holds at most 1,024 bytes of UTF-8',
  Date: 'a Date would be stored as {}: give its toISOString()',
  NaN: 'NaN cannot be stored',
  'number out of range': 'numbers must be finite, and 0 or at least 1e-130 in magnitude',
  'unsafe integer': 'numbers past 2^53 - 1 lose digits: give a string',
  'empty set': 'a set must not be empty: leave the attribute out',
  'equal binaries': 'the binaries of a set must differ in their bytes',
  'empty name': 'a name must not be empty',
  'reserved name': 'JavaScript uses it for the prototype of the object',
  'unsupported type': 'only text, numbers, booleans, null, binaries, lists, plain objects and sets can be stored',
  'invalid Unicode': 'it contains half a surrogate pair, which UTF-8 cannot encode',
  'nested over 32 levels':
    'DynamoDB stores at most 32 levels; a model with keepsHistory() needs one of them for its versions',
  schema: 'it does not match the schema',
  'wider than its key':
    'padded() in setGSIKeys takes whole numbers from 0 up with at most as many digits as its width: give it a greater width',
  'no counter': 'only a number that is not unique can be incremented',
  'no list': 'elements can be appended to a list only',
  'no set of this type': 'elements can be added to, or deleted from, a set of the same type only',
  'no object': 'a path can only lead through objects',
  'over 38 digits': 'DynamoDB stores at most 38 significant digits: round the amount',
  'no time in seconds':
    'a time of expiry is given in whole seconds since 1970, such as Math.floor(Date.now() / 1000) + 3600',
  'no version': 'a version is a whole number from 0 to 2^53 - 2',
  'no vector': 'a vector is a list of finite numbers, as many as its vector index has dimensions',
  'outside the scope': 'within a scope it has the value of the scope, and never another: leave it out',
};
