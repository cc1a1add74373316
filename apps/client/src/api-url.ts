/** Returns the URL of a path of the API, given its base URL, with or without `/trpc`. */
export function apiUrl(url: string | URL, path: '/trpc' | '/readyz'): string {
  const result = new URL(url);
  result.pathname = result.pathname.replace(/\/+$/, '').replace(/\/trpc$/, '') + path;
  return result.href;
}
