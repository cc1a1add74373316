export { leaveToken, TokenFileError } from './leave-token.js';
export { type LocalIssuer, localIssuer } from './local-issuer.js';
export { type MakeTableOptions, makeTable } from './make-table.js';
export { ReadableLogger } from './readable-logger.js';
