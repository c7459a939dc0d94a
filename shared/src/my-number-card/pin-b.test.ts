import { describe, expect, it } from 'vitest';
import { eraYear, faultOfPinB, pinBOf } from './pin-b.ts';

describe('PIN-B', () => {
  it('is put together from the face of the card', () => {
    expect(pinBOf({ birthDate: '1980-02-17', expiryYear: 2035, securityCode: '2285' })).toBe('55021720352285');
    expect(pinBOf({ birthDate: '2019-05-01', expiryYear: 2028, securityCode: '0042' })).toBe('01050120280042');
  });

  it.each([
    ['2026-11-22', 8],
    ['2019-05-01', 1],
    ['2019-04-30', 31],
    ['1989-01-08', 1],
    ['1989-01-07', 64],
    ['1926-12-25', 1],
    ['1926-12-24', 15],
    ['1912-07-30', 1],
    ['1912-07-29', 45],
  ])('counts the era of %s as year %i', (date, year) => {
    expect(eraYear(date)).toBe(year);
  });

  it.each([
    ['55021720352285', null],
    ['55000020352285', null],
    ['5502172035228', 'incomplete'],
    ['', 'incomplete'],
    ['65021720352285', 'not-a-birth-date'],
    ['55131720352285', 'not-a-birth-date'],
    ['55023220352285', 'not-a-birth-date'],
    ['55021719992285', 'not-an-expiry-year'],
    ['55021721002285', 'not-an-expiry-year'],
  ])('of the digits %s is judged without asking the card: %s', (digits, fault) => {
    expect(faultOfPinB(digits)).toBe(fault);
  });

  it.each([
    [{ birthDate: '17.2.1980', expiryYear: 2035, securityCode: '2285' }, 'not-a-birth-date'],
    [{ birthDate: '1850-02-17', expiryYear: 2035, securityCode: '2285' }, 'not-a-birth-date'],
    [{ birthDate: '1980-02-17', expiryYear: 1990, securityCode: '2285' }, 'not-an-expiry-year'],
    [{ birthDate: '1980-02-17', expiryYear: 2035, securityCode: '228' }, 'incomplete'],
  ])('cannot be made of %j', (parts, fault) => {
    expect(() => pinBOf(parts)).toThrow(expect.objectContaining({ code: 'pin-b', fault }));
  });
});
