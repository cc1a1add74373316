declare module 'undici/lib/dispatcher/pool.js' {
  // biome-ignore lint/style/noDefaultExport: the module has one
  export { Pool as default } from 'undici';
}

declare module 'undici/lib/core/connect.js' {
  // biome-ignore lint/style/noDefaultExport: the module has one
  export { buildConnector as default } from 'undici';
}
