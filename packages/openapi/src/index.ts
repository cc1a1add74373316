export { type ListOptions, listProcedures, type Procedure, simplifySchema } from '@aws-starter-kit/procedures';

export { type OpenApiOptions, openApiDocument } from './open-api-document.js';
export { procedureDescription } from './procedure-description.js';
