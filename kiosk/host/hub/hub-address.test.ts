import { expect, it } from 'vitest';
import { hubOriginsOf } from './hub-address.ts';

it.each([
  ['192.168.1.20', ['https://192.168.1.20:8443', 'https://192.168.1.20']],
  [' 192.168.1.20:9000 ', ['https://192.168.1.20:9000']],
  ['192.168.1.20:9000', ['https://192.168.1.20:9000']],
  ['hub.local', ['https://hub.local:8443', 'https://hub.local']],
  ['https://hub.local:8443/index.html', ['https://hub.local:8443']],
  ['[fe80::1]:8443', ['https://[fe80::1]:8443']],
  ['UKEHUB1 https://10.0.0.2:8443 https://10.0.0.3:8443', ['https://10.0.0.2:8443', 'https://10.0.0.3:8443']],
])('%s is looked for at %j', (given, origins) => {
  expect(hubOriginsOf(given)).toEqual(origins);
});

it.each([
  '',
  '   ',
  'http://192.168.1.20',
  'file:///etc',
  'user:secret@hub',
  'UKEHUB1',
  'UKEHUB1 http://hub:1',
  '体育館 2',
])('%j is no address', (given) => {
  expect(hubOriginsOf(given)).toEqual([]);
});
