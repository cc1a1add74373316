export { type CreateTableOptions, createTableWhenReady } from './create-table-when-ready.js';
export { type DevPage, devPages } from './dev-pages.js';
export { type LocalIssuer, type LocalIssuerOptions, localIssuer } from './local-issuer.js';
export { ReadableLogger } from './readable-logger.js';
export { TokenFileError, tokenFileAt, writeTokenFile } from './write-token-file.js';
