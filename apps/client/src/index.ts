export { type ApiError, isApiError } from './api-error.js';
export type { AppRouter, ErrorData, RouterInputs, RouterOutputs } from './api-types.js';
export { type ApiClient, type ApiClientOptions, createApiClient } from './create-api-client.js';
export { paged, retriedByClient } from './react-query.js';
export type { Token } from './token-source.js';
