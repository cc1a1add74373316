/** A name in each of its forms. */
export interface Name {
  /** `orderItem` */
  camel: string;
  /** `OrderItem` */
  pascal: string;
  /** `order-item` */
  kebab: string;
  /** `ORDER_ITEM` */
  constant: string;
  /** `order item` */
  words: string;
}

/** Returns all forms of a name, given in any of them: `orderItem`, `OrderItem`, `order-item`, `order_item`. */
export function nameOf(text: string): Name {
  const words = text
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .split(/[\s_-]+/)
    .filter((word) => word !== '')
    .map((word) => word.toLowerCase());
  const pascal = words.map(capitalised).join('');
  return {
    camel: pascal.charAt(0).toLowerCase() + pascal.slice(1),
    pascal,
    kebab: words.join('-'),
    constant: words.join('_').toUpperCase(),
    words: words.join(' '),
  };
}

export const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Adds the article: `an order`, `a product`, and by sound `a user`. */
export const withArticle = (words: string): string =>
  `${/^[aeio]/i.test(words) || /^u(?!ni|s|t|r[aeiou])/i.test(words) ? 'an' : 'a'} ${words}`;

/** Joins words as in `a, b and c`. */
export function joinWords(texts: readonly string[], last = 'and'): string {
  return texts.length < 2 ? texts.join('') : `${texts.slice(0, -1).join(', ')} ${last} ${texts.at(-1)}`;
}
