import { describe, expect, it } from 'vitest';
import { pinFault } from './pin-rules.ts';

describe('a new PIN', () => {
  it.each(['314159', '112233', '908172635445', '135791'])('%s is taken', (pin) => {
    expect(pinFault(pin)).toBeUndefined();
  });
  it.each(['', '31415', '1234567890123', '31415a', '３１４１５９'])('"%s" is not 6 to 12 digits', (pin) => {
    expect(pinFault(pin)).toBe('pin-malformed');
  });
  it.each(['000000', '123456', '987654', '77777777'])('%s is too simple', (pin) => {
    expect(pinFault(pin)).toBe('pin-too-simple');
  });
});
