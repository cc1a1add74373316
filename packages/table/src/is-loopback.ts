/** Returns whether a URL can only mean this machine. */
export function isLoopback(url: string): boolean {
  return URL.canParse(url) && /^((.+\.)?localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(url).hostname);
}
