/** Returns a choice as the value of an option element: unlike `String`, it tells `1` from `"1"`. */
export const choiceText = (value: unknown): string => JSON.stringify(value);

/** Returns how a choice is shown. */
export const choiceLabel = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
