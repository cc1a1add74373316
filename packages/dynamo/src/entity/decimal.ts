/**
 * Returns the sum of two numbers as DynamoDB counts it: in decimal, so that 0.1 and 0.2 are 0.3. The sum is exact as long as a JavaScript number
 * holds its digits.
 */
export function addDecimals(a: number, b: number): number {
  if (Number.isInteger(a) && Number.isInteger(b)) return a + b;
  const scale = Math.max(fractionDigits(a), fractionDigits(b));
  const sum = scaled(a, scale) + scaled(b, scale);
  return Number(`${sum}e-${scale}`);
}

/** Returns the digits and the exponent of a number: 1.25e-7 has 125 and -9. */
function partsOf(number: number): { digits: string; exponent: number } {
  const [mantissa = '', exponent = '0'] = String(number).split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  return { digits: whole + fraction, exponent: Number(exponent) - fraction.length };
}

const fractionDigits = (number: number): number => Math.max(0, -partsOf(number).exponent);

function scaled(number: number, scale: number): bigint {
  const { digits, exponent } = partsOf(number);
  return BigInt(digits) * 10n ** BigInt(scale + exponent);
}
