/** As DynamoDB compares texts: by their bytes in UTF-8. */
export const compareTexts = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** Whether a range begins before it ends; DynamoDB refuses one that does not. @throws RangeError */
export function checkOrder(from: unknown, to: unknown, where: string): void {
  const isReversed =
    typeof from === 'string' && typeof to === 'string' ? compareTexts(from, to) > 0 : Number(from) > Number(to);
  if (isReversed)
    throw new RangeError(`${where}: between takes the lower value first, and these come the other way round`);
}
