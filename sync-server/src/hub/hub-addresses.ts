import type { NetworkInterfaceInfo } from 'node:os';

/** Addresses as `os.networkInterfaces()` gives them. */
export type Interfaces = Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>;

/** Hosts that stand for every address of the machine, and the families that are then listened on. */
const EVERY_ADDRESS: ReadonlyMap<string, readonly string[]> = new Map([
  ['0.0.0.0', ['IPv4']],
  ['::', ['IPv4', 'IPv6']],
]);
/** Link-local (RFC 3927, RFC 4291 §2.5.6): an address that a laptop gives itself when no router gave it one. */
const LINK_LOCAL = /^(?:169\.254\.|fe80:)/i;
const MOST = 8;

/**
 * The origins under which kiosks can reach a hub, the likeliest first. When it listens on one address, that one; else
 * all of this machine's, IPv4 first, without loopback unless there is nothing else.
 */
export function hubOrigins(
  listening: { readonly host: string; readonly port: number },
  interfaces: Interfaces,
): string[] {
  const { host, port } = listening;
  const families = EVERY_ADDRESS.get(host);
  if (families === undefined) return [originOf(host, port)];
  const all = Object.values(interfaces)
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family }) => families.includes(family));
  const reachable = all.filter(
    ({ internal, address }) => !internal && !(address.includes(':') && LINK_LOCAL.test(address)),
  );
  const ordered = reachable.toSorted((left, right) => rank(left) - rank(right));
  const origins = [...new Set(ordered.map(({ address }) => originOf(address, port)))].slice(0, MOST);
  return origins.length > 0 ? origins : [originOf('127.0.0.1', port)];
}

function rank({ address, family }: NetworkInterfaceInfo): number {
  if (LINK_LOCAL.test(address)) return 2;
  return family === 'IPv4' ? 0 : 1;
}

function originOf(host: string, port: number): string {
  return `https://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
