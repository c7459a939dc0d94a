import type { ResidentId } from '@uketsuke/shared/identifiers';
import {
  type CardAttributes,
  type DirectoryKey,
  householdOfAttributes,
  memberOfAttributes,
  residentIdOfCard,
} from '@uketsuke/shared/my-number-card';
import type { Household } from '@uketsuke/shared/person';
import type { ReceptionEvent, StayKind } from '@uketsuke/shared/reception';
import { type Answers, NO_ANSWERS, type ShelterRoster } from '@uketsuke/shared/roster';
import { canonicalJson } from '@uketsuke/shared/sealing';
import { traceFailure } from '../failure-trace.ts';
import type { Admissions } from '../reception/admissions.ts';
import type { PresentedOutcome, RecordFailure } from '../reception/outcomes.ts';
import type { UsageClock } from '../reception/usage-clock.ts';
import type { CardDirectory } from './card-directory.ts';

/** What the desk does with a My Number card. Certificates are given by their SHA-256, base64url. Nothing rejects. */
export interface MyNumberDesk {
  /** Admits the household that registered the card; when the desk has to ask who they are, again with the answers. */
  tap(certificateSha256: string, stay: StayKind, answers?: Answers): Promise<TapOutcome>;
  /** Admits whom the card names, after its PIN or the number on its face opened it; again with answers, as above. */
  admitRead(certificateSha256: string, read: ReadCard, stay: StayKind, answers?: Answers): Promise<PresentedOutcome>;
  /** Registers the card for people of the roster, so that a tap is enough from then on. */
  link(certificateSha256: string, residentIds: readonly ResidentId[]): Promise<LinkOutcome>;
  /** Takes the registration back. */
  unlink(certificateSha256: string): Promise<LinkOutcome>;
}

export interface ReadCard {
  readonly attributes: CardAttributes;
  readonly way: 'pin' | 'pin-b';
}

export type TapOutcome = PresentedOutcome | { readonly kind: 'not-linked' };

export type LinkOutcome =
  | { readonly kind: 'linked' | 'unlinked' }
  /** Nobody of these is on the roster, or the city's server has not given this kiosk a key of the directory yet. */
  | { readonly kind: 'not-possible' }
  /** It is recorded, and yet the desk finds what it found before: the registration belongs to another shelter. */
  | { readonly kind: 'without-effect' }
  | { readonly kind: 'not-recorded'; readonly reason: RecordFailure };

export interface MyNumberDeskParts {
  readonly admissions: Admissions;
  readonly directory: CardDirectory;
  readonly roster: ShelterRoster;
  /** The city's first directory key; while there is none, one of this kiosk alone. */
  readonly firstKey: () => DirectoryKey;
  readonly usage: UsageClock;
}

const isDeepEqual = (left: Household, right: Household) => canonicalJson(left) === canonicalJson(right);

const NOT_RECORDED = { kind: 'not-recorded', reason: 'store-failed' } as const;

/** My Number cards over the desk's admissions and the card directory. */
export class MyNumberDeskService implements MyNumberDesk {
  readonly #parts: MyNumberDeskParts;

  constructor(parts: MyNumberDeskParts) {
    this.#parts = parts;
  }

  tap(certificateSha256: string, stay: StayKind, answers: Answers = NO_ANSWERS): Promise<TapOutcome> {
    return this.#attempt<TapOutcome>('tap', async () => {
      const found = await this.#parts.directory.lookUp(certificateSha256);
      if (found.kind === 'not-linked') return found;
      const outcome = await this.#admit(certificateSha256, found.household, stay, 'card-presented', answers);
      const isDone = outcome.kind !== 'not-recorded' && outcome.kind !== 'probably-here';
      if (!found.current && isDone) await this.#renew(certificateSha256, found.household);
      return outcome;
    });
  }

  admitRead(
    certificateSha256: string,
    { attributes, way }: ReadCard,
    stay: StayKind,
    answers: Answers = NO_ANSWERS,
  ): Promise<PresentedOutcome> {
    return this.#attempt<PresentedOutcome>('card', async () => {
      const residentId = residentIdOfCard(this.#parts.firstKey(), certificateSha256);
      const household = await this.#householdOfCard(certificateSha256, attributes, residentId);
      const assurance = way === 'pin' ? 'card-and-pin' : 'card-presented';
      return this.#admit(certificateSha256, household, stay, assurance, answers);
    });
  }

  link(certificateSha256: string, residentIds: readonly ResidentId[]): Promise<LinkOutcome> {
    return this.#attempt<LinkOutcome>('link', async () => {
      const household = this.#householdOf(residentIds);
      if (!this.#parts.directory.isOpen || household === null) return { kind: 'not-possible' };
      const failure = await this.#parts.admissions.record(() => this.#linking(certificateSha256, household));
      if (failure !== null) return { kind: 'not-recorded', reason: failure };
      const found = await this.#parts.directory.lookUp(certificateSha256);
      const isFound = found.kind === 'linked' && isDeepEqual(found.household, household);
      return { kind: isFound ? 'linked' : 'without-effect' };
    });
  }

  unlink(certificateSha256: string): Promise<LinkOutcome> {
    return this.#attempt<LinkOutcome>('unlink', async () => {
      const { admissions, directory } = this.#parts;
      const failure = await admissions.record(async () =>
        (await directory.unlinking(certificateSha256, 'all')).map((body) => admissions.event('card-unlinked', body)),
      );
      if (failure !== null) return { kind: 'not-recorded', reason: failure };
      const { kind } = await directory.lookUp(certificateSha256);
      return { kind: kind === 'linked' ? 'without-effect' : 'unlinked' };
    });
  }

  /** Whoever registered the card is one resident, whether they tap it or open it. */
  async #householdOfCard(
    certificateSha256: string,
    attributes: CardAttributes,
    residentId: ResidentId,
  ): Promise<Household> {
    const found = await this.#parts.directory.lookUp(certificateSha256);
    const registered = found.kind === 'linked' && memberOfAttributes(found.household, attributes) !== undefined;
    return registered ? found.household : householdOfAttributes(attributes, residentId);
  }

  #admit(
    certificateSha256: string,
    household: Household,
    stay: StayKind,
    assurance: 'card-presented' | 'card-and-pin',
    answers: Answers,
  ): Promise<PresentedOutcome> {
    const read = { method: 'my-number-card', assurance } as const;
    const key = `my-number-card:${certificateSha256}`;
    return this.#parts.admissions.present({ key, cardId: null, household, stay, read }, answers);
  }

  /** Makes an entry of an older key anew under the newest. The admission stands whether this works or not. */
  async #renew(certificateSha256: string, household: Household): Promise<void> {
    const failure = await this.#parts.admissions.record(() => this.#linking(certificateSha256, household));
    if (failure !== null) console.error(`renewing a link: ${failure}`);
  }

  /** The link comes last, so that it is the latest word on the card (MNC-5). */
  async #linking(certificateSha256: string, household: Household): Promise<readonly ReceptionEvent[]> {
    const { admissions, directory } = this.#parts;
    const older = await directory.unlinking(certificateSha256, 'older');
    const link = await directory.linking(certificateSha256, household);
    if (link === null) return [];
    return [...older.map((body) => admissions.event('card-unlinked', body)), admissions.event('card-linked', link)];
  }

  /** The people as the roster has them now, with the address of the first who has one. */
  #householdOf(residentIds: readonly ResidentId[]): Household | null {
    const entries = residentIds.flatMap((residentId) => this.#parts.roster.entry(residentId) ?? []);
    if (entries.length === 0) return null;
    const address = entries.find((entry) => entry.address !== undefined)?.address;
    return { ...(address === undefined ? {} : { address }), members: entries.map((entry) => entry.person) };
  }

  async #attempt<Outcome>(what: string, work: () => Promise<Outcome>): Promise<Outcome | typeof NOT_RECORDED> {
    this.#parts.usage.used();
    try {
      return await work();
    } catch (error) {
      traceFailure(what, error);
      return NOT_RECORDED;
    }
  }
}
