import fc from 'fast-check';

/** Names of attributes, those that need escaping and those that objects have anyway among them. */
export const attributeName = fc.oneof(
  fc.stringMatching(/^[a-z][a-zA-Z0-9]{0,7}$/),
  fc.constantFrom('toString', 'S', 'M', 'Items', 'a"b\\', 'é', '😀', '1', ' '),
);

const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme-ascii' }), fc.constant('{"S":"x"}'));
const number = fc.oneof(
  fc.maxSafeInteger(),
  fc
    .double({ noNaN: true, noDefaultInfinity: true, min: -1e15, max: 1e15 })
    .filter((n) => n === 0 || Math.abs(n) > 1e-100),
  fc.constantFrom(0, -0, 1e-7, 1.5, 123456.789),
);
const bytes = fc.uint8Array({ minLength: 1, maxLength: 8 });

/** Any value that DynamoDB stores, three levels deep. */
export const attributeValue = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthIdentifier: 'value' },
    text,
    number,
    fc.boolean(),
    fc.constant(null),
    bytes,
    fc.uniqueArray(text.filter(Boolean), { minLength: 1, maxLength: 4 }).map((list) => new Set(list)),
    fc.uniqueArray(fc.integer(), { minLength: 1, maxLength: 4 }).map((list) => new Set(list)),
    fc.uniqueArray(bytes, { minLength: 1, maxLength: 3, selector: String }).map((list) => new Set(list)),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(attributeName, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value;

/** The attributes of an item, its key left out. The SDK takes an attribute called constructor here, but not within a map. */
export const attributes = fc.dictionary(fc.oneof(attributeName, fc.constant('constructor')), attributeValue, {
  maxKeys: 6,
  noNullPrototype: true,
});
