/**
 * Returns a text for index keys that sorts as its number does: `-20`, `-1`, `0.5`, `2`, `10`. Plain digits would sort
 * as text (`-1`, `-20`, `0.5`, `10`, `2`). It holds digits, `-` and `~`; in a key, only `#` or nothing may follow it.
 *
 * - A number counts as the decimal that is stored for it, so all digits of a bigint count.
 * - An absent value gives `undefined`, so that the model drops the pair, and any other text is returned as it is.
 *
 * @throws RangeError for a number of more than 5,000 digits, which no key can hold
 */
export function sortableNumber(value: number | bigint | null | undefined): string {
  const text = String(value ?? undefined);
  const decimal = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(text);
  if (!decimal) return text;
  const [, sign, whole = '', fraction = '', power = '0'] = decimal;
  const all = whole + fraction;
  const first = all.search(/[1-9]/);
  if (first === -1) return zero;
  const exponent = exponentBias + whole.length - first + Number(power); // the value is 0.<digits> times ten to it
  if (exponent < 0 || exponent > maxExponent) throw new RangeError('A key cannot hold a number of so many digits');
  const magnitude = String(exponent).padStart(4, '0') + all.slice(first, 1 + lastNonZero(all));
  return sign ? `${negative}${complement(magnitude)}${end}` : `${positive}${magnitude}`;
}

const negative = '-';
const zero = '0';
const positive = '1';
const exponentBias = 5000;
const maxExponent = 9999;
/** After the digits of a negative number: of -1.25 and -1.2, the one with more digits is the smaller one. */
const end = '~';

/** Turns the order of digits around. */
const complement = (digits: string): string => digits.replace(/\d/g, (digit) => String(9 - Number(digit)));

function lastNonZero(digits: string): number {
  let last = digits.length - 1;
  while (digits[last] === '0') last--;
  return last;
}
