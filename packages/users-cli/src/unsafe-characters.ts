/**
 * Characters that a terminal acts on: controls (C0 and C1), line separators, and those that change the direction of the
 * text after them. Marks and joiners, which some scripts and emoji need, are not among them.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: those are the characters meant
export const unsafeCharacters = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g;
