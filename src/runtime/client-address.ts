import type { IncomingMessage } from 'node:http';
import { isIPv6 } from 'node:net';
import proxyAddr from '@fastify/proxy-addr';

/** Whose request it is, by address. */
export type ClientOf = (request: IncomingMessage) => string;

/** Whether these can be proxies: addresses, networks such as `10.0.0.0/8`, or `loopback`, `linklocal`, `uniquelocal`. */
export function areProxies(proxies: readonly string[]): boolean {
  try {
    proxyAddr.compile([...proxies]);
    return true;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}

/** The address nearest to us that is none of these proxies. Only what they say in X-Forwarded-For is believed: anybody can write one. */
export function clientBehind(proxies: readonly string[]): ClientOf {
  const isTrusted = proxyAddr.compile([...proxies]);
  return (request) => (request.socket.remoteAddress === undefined ? '' : proxyAddr(request, isTrusted));
}

/** Whether whoever connects is one of these proxies. */
export function fromProxy(proxies: readonly string[]): (request: IncomingMessage) => boolean {
  const isTrusted = proxyAddr.compile([...proxies]);
  return ({ socket: { remoteAddress } }) => remoteAddress !== undefined && isTrusted(remoteAddress, 0);
}

/** The network that one client has for itself: of IPv6 the first 64 bits, within which anybody has as many addresses as they like. */
export function networkOf(ip: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip)?.[1];
  if (mapped !== undefined) return mapped;
  const [address = ''] = ip.split('%');
  if (!isIPv6(address)) return ip;
  const [head = '', tail] = address.toLowerCase().split('::');
  const [before, after] = [head, tail ?? ''].map((part) => (part === '' ? [] : part.split(':')));
  const own = before ?? [];
  const gap = tail === undefined ? 0 : Math.max(0, 8 - own.length - (after ?? []).length);
  const groups = [...own, ...new Array<string>(gap).fill('0'), ...(after ?? [])];
  return `${groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`;
}
