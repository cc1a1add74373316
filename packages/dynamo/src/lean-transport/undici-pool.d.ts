declare module 'undici/lib/dispatcher/pool.js' {
  // biome-ignore lint/style/noDefaultExport: so it is there
  export { Pool as default } from 'undici';
}
