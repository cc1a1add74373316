export { type ListOptions, listProcedures, type Procedure } from './list-procedures.js';
export { simplifySchema } from './named-schemas.js';
export { type OpenApiOptions, openApiDocument } from './open-api-document.js';
export { procedureDescription } from './procedure-description.js';
