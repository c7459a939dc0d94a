import { describe, expect, it } from 'vitest';
import { mayNavigateTo } from './navigation-policy.ts';

describe('navigation', () => {
  it.each(['app://uketsuke/', 'app://uketsuke/index.html#scan'])('may go to %s', (address) => {
    expect(mayNavigateTo(address)).toBe(true);
  });

  it.each([
    'https://example.jp/',
    'http://127.0.0.1/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'data:text/html,x',
    'app://other/',
    'app://uketsuke.example.jp/',
    'app://user:secret@uketsuke/',
    'APP:uketsuke',
    '',
  ])('may not go to %j', (address) => {
    expect(mayNavigateTo(address)).toBe(false);
  });
});
