import { expect, it } from 'vitest';
import { CodedError } from './coded-error.ts';

class DoorError extends CodedError<'locked' | 'jammed'> {
  override readonly name = 'DoorError';
}

it('is an error that carries its code, and its cause', () => {
  const cause = new Error('rust');
  const error = new DoorError('jammed', 'the door does not move', { cause });
  expect(error).toBeInstanceOf(Error);
  expect(error).toMatchObject({ code: 'jammed', name: 'DoorError', message: 'the door does not move', cause });
  expect(String(error)).toBe('DoorError: the door does not move');
});

it('says its code where it has no message, and has no cause unless given', () => {
  const error = new DoorError('locked');
  expect(error.message).toBe('locked');
  expect('cause' in error).toBe(false);
});
