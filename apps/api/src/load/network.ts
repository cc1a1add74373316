import ipaddr from 'ipaddr.js';

/**
 * Returns the network by which an address is counted: an IPv4 address, or the /64 of an IPv6 address, since one line
 * has as many of those addresses as it likes. All texts that are no addresses count as one network.
 */
export function networkOf(address: string | undefined): string {
  const parsed = parse(address);
  if (!parsed) return 'no address';
  return parsed.kind() === 'ipv6' ? parsed.toByteArray().slice(0, 8).join('.') : parsed.toString();
}

/**
 * Returns whether an address belongs to one of these addresses or networks (`10.0.0.0/8`), for Fastify's `trustProxy`.
 * Fastify's own check of a list trusts no address with a port.
 * @throws Error for a text that is neither
 */
export function trustedProxies(proxies: readonly string[]): (address: string) => boolean {
  const networks = proxies.map((proxy) => {
    const [network, bits] = proxy.includes('/') ? ipaddr.parseCIDR(proxy) : [ipaddr.process(proxy), undefined];
    return { network, bits: bits ?? network.toByteArray().length * 8 };
  });
  return (address) => {
    const parsed = parse(address);
    return networks.some(({ network, bits }) => parsed?.kind() === network.kind() && parsed?.match(network, bits));
  };
}

/** The forms with a port, or only with brackets: some load balancers write those into `X-Forwarded-For`. */
const ipv6InBrackets = /^\[(.+)\](?::\d+)?$/;
const ipv4WithPort = /^([\d.]+):\d+$/;

/** Parses an address; `::ffff:192.0.2.1` is 192.0.2.1. */
function parse(address = ''): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  const [, plain = address] = ipv6InBrackets.exec(address) ?? ipv4WithPort.exec(address) ?? [];
  return ipaddr.isValid(plain) ? ipaddr.process(plain) : undefined;
}
