import type { ResidentId } from '@uketsuke/shared/identifiers';
import { type DirectoryKey, householdOfAttributes, residentIdOfCard } from '@uketsuke/shared/my-number-card';
import type { Household } from '@uketsuke/shared/person';
import type { StayKind } from '@uketsuke/shared/reception';
import { matchPersons, type ShelterRoster } from '@uketsuke/shared/roster';
import { seededBytes } from '@uketsuke/shared/sample-households';
import { toBase64url } from '@uketsuke/shared/sealing';
import type {
  LinkOutcome,
  MyNumberDesk,
  ReadCard,
  ReadOutcome,
  TapOutcome,
  WhoItIs,
} from '../src/my-number-card/my-number-desk.ts';
import type { Presented } from '../src/reception/admissions.ts';
import type { ScanOutcome } from '../src/reception/outcomes.ts';

const KEY: DirectoryKey = { keyId: 1, key: toBase64url(seededBytes(7)(32)) };

/** My Number cards at the gallery's desk: who registered which card is kept in memory. Never shipped. */
export class GalleryMyNumberDesk implements MyNumberDesk {
  readonly #linked = new Map<string, Household>();
  readonly #present: (presented: Presented) => ScanOutcome;
  readonly #roster: () => ShelterRoster;

  constructor(present: (presented: Presented) => ScanOutcome, roster: () => ShelterRoster) {
    this.#present = present;
    this.#roster = roster;
  }

  async tap(certificateSha256: string, stay: StayKind): Promise<TapOutcome> {
    const household = this.#linked.get(certificateSha256);
    if (household === undefined) return { kind: 'not-linked' };
    return this.#admit(certificateSha256, household, stay, 'card-presented');
  }

  async admitRead(
    certificateSha256: string,
    { attributes, way }: ReadCard,
    stay: StayKind,
    who?: WhoItIs,
  ): Promise<ReadOutcome> {
    const household = householdOfAttributes(attributes, residentIdOfCard(KEY, certificateSha256));
    const [person] = household.members;
    const entries = [...this.#roster().entries()].filter(
      (entry) => person !== undefined && matchPersons(person, entry.person) === 'probable',
    );
    if (who === undefined && entries.length > 0) return { kind: 'probably-here', entries };
    const known = entries.filter(({ residentId }) => residentId === who).map((entry) => entry.person);
    const shown = known.length > 0 ? { members: known } : household;
    return this.#admit(certificateSha256, shown, stay, way === 'pin' ? 'card-and-pin' : 'card-presented');
  }

  async link(certificateSha256: string, residentIds: readonly ResidentId[]): Promise<LinkOutcome> {
    const entries = residentIds.flatMap((residentId) => this.#roster().entry(residentId) ?? []);
    this.#linked.set(certificateSha256, { members: entries.map((entry) => entry.person) });
    return { kind: 'linked' };
  }

  async unlink(certificateSha256: string): Promise<LinkOutcome> {
    this.#linked.delete(certificateSha256);
    return { kind: 'unlinked' };
  }

  #admit(
    certificateSha256: string,
    household: Household,
    stay: StayKind,
    assurance: 'card-presented' | 'card-and-pin',
  ): ScanOutcome {
    const read = { method: 'my-number-card', assurance } as const;
    return this.#present({ key: certificateSha256, cardId: null, household, stay, read });
  }
}
