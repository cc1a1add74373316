/** The calls that one HTTP request may carry. A client shares it by its type: `const maxItems: MaxBatchSize = 20` compiles only while both agree. */
export const maxBatchSize = 20;
export type MaxBatchSize = typeof maxBatchSize;
