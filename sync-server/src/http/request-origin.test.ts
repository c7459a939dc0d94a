import { expect, it } from 'vitest';
import { originOf } from './request-origin.ts';

it.each([
  ['192.0.2.7', '::ffff:192.0.2.7', true],
  ['192.0.2.7', '192.0.2.8', false],
  ['2001:db8:1:2::1', '2001:db8:1:2:ffff:ffff:ffff:ffff', true],
  ['2001:db8:1:2::1', '2001:0db8:0001:0002::9', true],
  ['2001:db8:1:2::1', '2001:db8:1:3::1', false],
])('%s and %s are one origin: %s (SEC-6)', (left, right, isOne) => {
  expect(originOf({ ip: left }) === originOf({ ip: right })).toBe(isOne);
});
