const line = (cells) => `| ${cells.join(' | ')} |`;

/** A table of Markdown: the names of its columns, then its rows. */
export const markdownTable = (head, rows) => [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');

/** A whole number with its thousands apart. */
export const whole = (value) => Math.round(value).toLocaleString('en');

/** The median and, in brackets, the middle half. */
export const withSpread = ({ median, low, high }, show = whole) => `${show(median)} (${show(low)}–${show(high)})`;
