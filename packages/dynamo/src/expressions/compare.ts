/** Compares texts as DynamoDB does: by their bytes in UTF-8. */
export const compareTexts = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** @throws RangeError for a range that ends before it begins, which DynamoDB rejects */
export function checkOrder(from: unknown, to: unknown, where: string): void {
  const isReversed =
    typeof from === 'string' && typeof to === 'string' ? compareTexts(from, to) > 0 : Number(from) > Number(to);
  if (isReversed) throw new RangeError(`${where}: between takes the lower value first, and these are in reverse order`);
}
