import { expect, it } from 'vitest';
import { newResidentId, newShelterId } from '../identifiers/index.ts';
import { seededBytes } from '../sample-households/index.ts';
import { DuplicateIndex } from './duplicate-index.ts';

const random = seededBytes(1);
const [here, there] = [newShelterId(random), newShelterId(random)];
const [hanako, taro] = [newResidentId(random), newResidentId(random)];

it('knows who is admitted at more than one shelter, and forgets it again (FLD-5)', () => {
  const index = new DuplicateIndex();
  index.add({ shelterId: here, residentId: hanako }, []);
  index.add({ shelterId: here, residentId: taro }, []);
  expect(index.candidatesAt(here).size).toBe(0);
  index.add({ shelterId: there, residentId: hanako }, []);
  expect([...index.sheltersOf(hanako)]).toEqual([here, there]);
  expect([[...index.candidatesAt(here)], [...index.candidatesAt(there)]]).toEqual([[hanako], [hanako]]);
  index.remove({ shelterId: here, residentId: hanako }, []);
  expect([index.candidatesAt(here).size, index.candidatesAt(there).size]).toEqual([0, 0]);
  expect([...index.sheltersOf(hanako)]).toEqual([there]);
});

it('lets those meet who have a key in common', () => {
  const index = new DuplicateIndex();
  const [first, second] = [
    { shelterId: here, residentId: hanako },
    { shelterId: there, residentId: taro },
  ];
  index.add(first, ['kana', 'written']);
  index.add(second, ['written']);
  expect(index.underKeys(['written'])).toEqual([first, second]);
  expect(index.underKeys(['kana', 'other'])).toEqual([first]);
  expect([...index.candidatesAt(here)]).toEqual([hanako]);
  index.remove(first, ['kana', 'written']);
  expect(index.underKeys(['kana', 'written'])).toEqual([second]);
  expect(index.candidatesAt(there).size).toBe(0);
});
