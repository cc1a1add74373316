/** Where something of the API answers: its path under the address given, which may name `/trpc` already. */
export function apiUrl(url: string | URL, path: '/trpc' | '/readyz'): string {
  const address = new URL(url);
  address.pathname = address.pathname.replace(/\/+$/, '').replace(/\/trpc$/, '') + path;
  return address.href;
}

/** Whether this address can only be this machine. */
export function isLoopback(url: string | URL): boolean {
  return /^((.+\.)?localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(url).hostname);
}
