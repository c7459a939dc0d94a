import type { Request } from 'express';
import { ipKeyGenerator } from 'express-rate-limit';

/** One subscriber has all addresses of such a network (RFC 6177): counted one by one, a limit would be none. */
const IPV6_NETWORK_BITS = 64;

/** What limits count by: the sender's IPv4 address, or its IPv6 network. Empty when the address is not known. */
export function originOf({ ip }: Pick<Request, 'ip'>): string {
  if (ip === undefined) return '';
  return ipKeyGenerator(ip.replace(/^::ffff:(?=\d+\.)/i, ''), IPV6_NETWORK_BITS);
}
