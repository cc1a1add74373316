/** An engine that this package can start. */
export type EngineName = 'dynoxide' | 'dynamodb-local';

/** The engines, in the order of preference. */
export const engineNames: readonly EngineName[] = ['dynoxide', 'dynamodb-local'];
