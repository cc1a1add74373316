/** Returns whether a URL can only mean this machine. */
export function isLoopback(url: string | URL): boolean {
  return /^((.+\.)?localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(url).hostname);
}
