import { checkHousehold } from '@uketsuke/shared/household-entry';
import type { ResidentId } from '@uketsuke/shared/identifiers';
import { canonicalJson } from '@uketsuke/shared/sealing';
import type { CardDraft } from './card-draft.ts';
import type { CardRequest } from './card-request.ts';
import type { StoredCard } from './stored-card.ts';

/**
 * The draft once the card of an earlier request has come: it changes that card, and whoever was in the request stays
 * the resident who is on the card. `undefined` where nothing was typed since.
 * @param today the date in Japan, `YYYY-MM-DD`
 */
export function draftAfter(
  draft: CardDraft,
  request: CardRequest,
  card: StoredCard,
  today: string,
): CardDraft | undefined {
  const checked = checkHousehold(draft, today);
  const asked = request.replaces?.cardId === draft.replaces && 'household' in checked;
  if (asked && canonicalJson(checked.household) === canonicalJson(request.household)) return undefined;
  const residents = card.household.members.map((member) => member.residentId);
  const idOf = (key: string, known: ResidentId | undefined) =>
    residents[request.memberKeys.indexOf(key)] ?? (residents.includes(known) ? known : undefined);
  return {
    ...draft,
    replaces: card.cardId,
    members: draft.members.map(({ residentId: known, ...member }) => {
      const residentId = idOf(member.key, known);
      return residentId === undefined ? member : { ...member, residentId };
    }),
  };
}
