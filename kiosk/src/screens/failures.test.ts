import { KIOSK_HOST_ERROR_CODES } from '@uketsuke/shared/errors';
import { describe, expect, it } from 'vitest';
import { KioskHostError } from '../../host/kiosk-host-error.ts';
import { CATALOGUES } from '../i18n/index.ts';
import { failureOf } from './failures.ts';

describe('what went wrong', () => {
  it('is read from the host error, with the wait', () => {
    expect(failureOf(new KioskHostError('too-many-attempts', { retryAfterSeconds: 30 }))).toEqual({
      code: 'too-many-attempts',
      waitSeconds: 30,
    });
  });

  it('is read from plain fields when a bridge took the class away', () => {
    expect(failureOf({ code: 'wrong-pin' }).code).toBe('wrong-pin');
  });

  it('is the innermost known code: the problem the server answered', () => {
    const error = new KioskHostError('enrolment-refused', { cause: { code: 'enrolment-code-invalid' } });
    expect(failureOf(error).code).toBe('enrolment-code-invalid');
    expect(failureOf(new KioskHostError('disk-full', { cause: new Error('ENOSPC') })).code).toBe('disk-full');
  });

  it.each([undefined, null, 'text', 7, new Error('x'), { code: 'nobody-knows' }])('is "other" for %s', (error) => {
    expect(failureOf(error)).toEqual({ code: 'other', waitSeconds: undefined });
  });

  it('has words for every failure of the host, at enrolment, the lock or the hub', () => {
    const { enrolment, unlock, hub } = CATALOGUES.ja;
    const worded = new Set([
      ...Object.keys(enrolment.failed),
      ...Object.keys(unlock.failed),
      ...Object.keys(hub.failed),
      'another-window',
    ]);
    expect(KIOSK_HOST_ERROR_CODES.filter((code) => !worded.has(code))).toEqual([]);
  });
});
