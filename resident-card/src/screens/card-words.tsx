import { useTranslation } from 'react-i18next';
import type { StoredCard } from '../card/stored-card.ts';
import { lastValidDayMs, validityOf } from '../card/validity.ts';
import { writtenDate } from '../device/japan-time.ts';
import { useSurroundings } from './surroundings.ts';

/** The written names on a card, in its order. */
export function householdNames(card: StoredCard): string[] {
  return card.household.members.map((member) => member.name.written);
}

/** The same with what tells namesakes apart. */
export function namedMembers(card: StoredCard): { readonly key: string; readonly name: string }[] {
  return card.household.members.map(({ residentId, name }, at) => ({
    key: residentId ?? String(at),
    name: name.written,
  }));
}

/** Until when the card is valid, in words. */
export function ValidityLine({ card }: { readonly card: StoredCard }) {
  const { t, i18n } = useTranslation();
  const { now } = useSurroundings();
  const date = writtenDate(lastValidDayMs(card), i18n.language);
  const expired = validityOf(card, now()) === 'expired';
  return <p className="validity-line">{t(expired ? 'card.expiredOn' : 'card.validUntil', { date })}</p>;
}
