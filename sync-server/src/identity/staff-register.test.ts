import { secureRandomBytes } from '@uketsuke/shared/identifiers';
import argon2 from 'argon2';
import { afterEach, expect, it, vi } from 'vitest';
import type { Documents } from '../couch/documents.ts';
import { openDatabase } from '../couch/open-database.ts';
import { openTestCouch } from '../couch/testing.ts';
import { StaffRegister } from './staff-register.ts';
import { STAFF_DATABASE } from './staff-sessions.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

it('works as long on a name that nobody has as on one that somebody has, and lets nobody in', async () => {
  const couch = await openTestCouch();
  const database: Documents = await openDatabase(couch, STAFF_DATABASE);
  const staff = new StaffRegister(database, secureRandomBytes);
  const somebody = await staff.create('akiko', 'shelter', []);
  const verify = vi.spyOn(argon2, 'verify');
  expect(await staff.verify('nobody', somebody.oneTimePassword)).toBeUndefined();
  expect(await staff.verify('akiko', 'wrong')).toBeUndefined();
  expect(await staff.verify('akiko', somebody.oneTimePassword)).toMatchObject({ username: 'akiko' });
  // The same algorithm, version and cost; only salt and tag differ.
  const costs = verify.mock.calls.map(([hash]) => String(hash).split('$').slice(0, 4).join('$'));
  expect(costs).toHaveLength(3);
  expect(new Set(costs).size).toBe(1);
  const lengths = verify.mock.calls.map(([hash]) => String(hash).length);
  expect(new Set(lengths).size).toBe(1);
  await couch.close();
});
