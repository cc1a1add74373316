export type { AppRouter, ErrorData, RouterInputs, RouterOutputs } from '@aws-starter-kit/api';
export { type ApiError, isApiError } from './api-error.js';
export { type ApiClient, type ApiClientOptions, createApiClient } from './create-api-client.js';
