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
  const staff = new StaffRegister(database, secureRandomBytes, Date.now);
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

it('gives one-time passwords that work for a day, and are told apart from wrong ones (SEC-9)', async () => {
  const couch = await openTestCouch();
  const database: Documents = await openDatabase(couch, `${STAFF_DATABASE}-a-day`);
  let now = Date.now();
  const staff = new StaffRegister(database, secureRandomBytes, () => now);
  const { oneTimePassword } = await staff.create('akiko', 'shelter', []);
  now += 23 * 60 * 60 * 1_000;
  expect(await staff.verify('akiko', oneTimePassword)).toMatchObject({ mustChangePassword: true });
  await expect(staff.changePassword('akiko', oneTimePassword, 'Akiko1234567')).rejects.toMatchObject({
    code: 'password-too-weak',
  });
  now += 2 * 60 * 60 * 1_000;
  await expect(staff.verify('akiko', oneTimePassword)).rejects.toMatchObject({ code: 'one-time-password-expired' });
  expect(await staff.verify('akiko', 'wrong')).toBeUndefined();
  const change = staff.changePassword('akiko', oneTimePassword, '白川の土手で待ち合わせ');
  await expect(change).rejects.toMatchObject({ code: 'one-time-password-expired' });
  const again = await staff.resetPassword('akiko');
  await staff.changePassword('akiko', again.oneTimePassword, '白川の土手で待ち合わせ');
  now += 365 * 24 * 60 * 60 * 1_000;
  expect(await staff.verify('akiko', '白川の土手で待ち合わせ')).toMatchObject({ mustChangePassword: false });
  await couch.close();
});
