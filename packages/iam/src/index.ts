export { type PolicyDocument, type PolicyOptions, policyDocument, type Statement } from './policy-document.js';
export { type Role, roles } from './roles.js';
