/** Where tRPC answers: `/trpc` under the address given, which may name it already. */
export function trpcUrl(url: string | URL): string {
  return under(url, '/trpc');
}

/** Where the API says whether it is ready to work. */
export function readinessUrl(url: string | URL): string {
  return under(url, '/readyz');
}

/** Whether this address can only be this machine. */
export function isLoopback(url: string | URL): boolean {
  const { hostname } = new URL(url);
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === '[::1]' ||
    /^127(\.\d+){3}$/.test(hostname)
  );
}

function under(url: string | URL, path: string): string {
  const address = new URL(url);
  address.pathname = address.pathname.replace(/\/+$/, '').replace(/\/trpc$/, '') + path;
  return address.href;
}
