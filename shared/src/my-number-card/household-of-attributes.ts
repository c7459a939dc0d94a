import type { ResidentId } from '../identifiers/identifiers.ts';
import { isSameText } from '../names/index.ts';
import {
  type Address,
  addressSchema,
  type Household,
  NAME_MAX_CHARACTERS,
  type Person,
  parseAddress,
} from '../person/person.ts';
import type { CardAttributes } from './attributes.ts';

const ADDRESS_MAX_CHARACTERS = 120;
/** Stands for a character that has no code of its own (外字), as printers do. */
const GETA = '〓';

/** What a name or address must not hold: private-use characters, and invisible ones that spoof what a screen shows. */
const WITHOUT_A_FACE = /[\p{Co}\ufffd]/gu;
const INVISIBLE =
  /[\p{Cc}\p{Cs}\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]|(?<![\p{L}\p{M}])[\u200c\u200d]|[\u200c\u200d](?![\p{L}\p{M}])/gu;

/**
 * The one person whom the card names, as a household. The reading of the name is not on the card and stays unknown;
 * an address of the municipalities' table is told apart, any other stays as written.
 */
export function householdOfAttributes(attributes: CardAttributes, residentId: ResidentId): Household {
  const address = addressOf(attributes.address);
  const person: Person = {
    ...(attributes.birthDate === null ? {} : { birthDate: attributes.birthDate }),
    name: { written: fitting(attributes.name, NAME_MAX_CHARACTERS) || GETA },
    needs: [],
    residentId,
    sex: attributes.sex,
  };
  return { ...(address === undefined ? {} : { address }), members: [person] };
}

/** The member of a registered household whom the card names: same name (FLD-7), and no other birth date. */
export function memberOfAttributes(household: Household, attributes: CardAttributes): Person | undefined {
  return household.members.find(
    ({ name, birthDate }) =>
      isSameText(name.written, fitting(attributes.name, NAME_MAX_CHARACTERS)) &&
      (birthDate === undefined || attributes.birthDate === null || birthDate === attributes.birthDate),
  );
}

function addressOf(text: string): Address | undefined {
  const address = addressSchema.safeParse(parseAddress(fitting(text, ADDRESS_MAX_CHARACTERS)));
  return address.success ? address.data : undefined;
}

/** Text that the screens and the log take; what is too long ends in an ellipsis. */
function fitting(text: string, maxCharacters: number): string {
  const plain = text.replaceAll(WITHOUT_A_FACE, GETA).replaceAll(INVISIBLE, '').trim();
  if (plain.length <= maxCharacters) return plain;
  const cut = [...plain.slice(0, maxCharacters - 1)];
  // Half of a surrogate pair at the cut goes.
  if (/\p{Cs}/u.test(cut.at(-1) ?? '')) cut.pop();
  return `${cut.join('')}…`;
}
