import { newCardId } from '@uketsuke/shared/identifiers';
import { declaredHouseholdSchema } from '@uketsuke/shared/person';
import { sampleHouseholds, seededBytes } from '@uketsuke/shared/sample-households';
import { expect, it } from 'vitest';
import { cardDraftOf, cardDraftSchema, checkCardDraft, emptyCardDraft } from './card-draft.ts';

const TODAY = '2026-11-22';
let keys = 0;
const newKey = () => `key-${keys++}`;
const [household] = sampleHouseholds(7, 1, 3).map((one) => declaredHouseholdSchema.parse(one));
if (household === undefined) throw new Error('no sample');
const cardId = newCardId(seededBytes(1));

it('asks for the consent, after all else in the order of the screen', () => {
  const { problems } = checkCardDraft(emptyCardDraft(newKey), TODAY);
  expect(problems.map(({ entry }) => entry)).toEqual(['written-0', 'address', 'consent']);
  const draft = cardDraftOf(household, newKey, cardId);
  expect(checkCardDraft(draft, TODAY)).toEqual({ problems: [{ entry: 'consent', code: 'consent-missing' }] });
  expect(checkCardDraft({ ...draft, consent: true }, TODAY)).toEqual({ problems: [], household });
});

it('keeps resident ids only when a card is issued again', () => {
  expect(cardDraftOf(household, newKey, cardId)).toMatchObject({
    replaces: cardId,
    members: household.members.map(({ residentId }) => ({ residentId })),
  });
  const first = cardDraftOf(household, newKey);
  expect(first.replaces).toBeUndefined();
  expect(first.members.every((member) => member.residentId === undefined)).toBe(true);
});

it('reads back what this device kept of a draft, in the form it has always had', () => {
  const draft = cardDraftOf(household, newKey, cardId);
  expect(cardDraftSchema.parse(JSON.parse(JSON.stringify(draft)))).toEqual(draft);
  const [first] = draft.members;
  const kept = { version: 1, members: [first], address: '', withoutAddress: true, consent: false };
  expect(cardDraftSchema.parse(kept)).toEqual(kept);
});
