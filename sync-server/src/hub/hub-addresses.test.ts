import type { NetworkInterfaceInfo } from 'node:os';
import { describe, expect, it } from 'vitest';
import { hubOrigins } from './hub-addresses.ts';

const address = (text: string, internal = false): NetworkInterfaceInfo => {
  const common = { address: text, netmask: '', mac: '', internal, cidr: null };
  return text.includes(':') ? { ...common, family: 'IPv6', scopeid: 0 } : { ...common, family: 'IPv4' };
};
const loopback = { lo: [address('127.0.0.1', true), address('::1', true)] };

describe("a hub's addresses", () => {
  it('are those of the LAN, IPv4 first, and those that a laptop gave itself last', () => {
    const interfaces = {
      ...loopback,
      usb0: [address('169.254.7.7')],
      wlan0: [address('fe80::1'), address('fd00::2'), address('192.168.1.20')],
    };
    expect(hubOrigins({ host: '::', port: 8443 }, interfaces)).toEqual([
      'https://192.168.1.20:8443',
      'https://[fd00::2]:8443',
      'https://169.254.7.7:8443',
    ]);
    // 0.0.0.0 is every IPv4 address, and no other.
    expect(hubOrigins({ host: '0.0.0.0', port: 8443 }, interfaces)).toEqual([
      'https://192.168.1.20:8443',
      'https://169.254.7.7:8443',
    ]);
  });

  it('are loopback only when there is nothing else, and the one it listens on when that was chosen', () => {
    expect(hubOrigins({ host: '0.0.0.0', port: 8443 }, loopback)).toEqual(['https://127.0.0.1:8443']);
    expect(hubOrigins({ host: '10.0.0.5', port: 1 }, loopback)).toEqual(['https://10.0.0.5:1']);
    expect(hubOrigins({ host: '::1', port: 1 }, loopback)).toEqual(['https://[::1]:1']);
  });
});
