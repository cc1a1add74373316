export { type OpenApiOptions, openApiDocument } from './open-api-document.js';
