import type { ResidentId, ShelterId } from '../identifiers/index.ts';

/** A resident at a shelter. */
export interface ResidentAtShelter {
  readonly shelterId: ShelterId;
  readonly residentId: ResidentId;
}

/** Who is admitted where: by resident, and by the keys under which probably the same people meet (FLD-5). */
export class DuplicateIndex {
  readonly #byResident = new Map<ResidentId, Set<ShelterId>>();
  readonly #byMatchKey = new Map<string, ResidentAtShelter[]>();
  readonly #multiple = new Set<ResidentId>();
  /** Keys under which more than one record meet. */
  readonly #shared = new Set<string>();

  add(admission: ResidentAtShelter, matchKeys: readonly string[]): void {
    const shelters = this.#byResident.get(admission.residentId) ?? new Set();
    this.#byResident.set(admission.residentId, shelters.add(admission.shelterId));
    if (shelters.size > 1) this.#multiple.add(admission.residentId);
    for (const key of matchKeys) {
      const all = [...(this.#byMatchKey.get(key) ?? []), admission];
      this.#byMatchKey.set(key, all);
      if (all.length > 1) this.#shared.add(key);
    }
  }

  remove(admission: ResidentAtShelter, matchKeys: readonly string[]): void {
    const shelters = this.#byResident.get(admission.residentId);
    shelters?.delete(admission.shelterId);
    if (shelters === undefined || shelters.size === 0) this.#byResident.delete(admission.residentId);
    if ((shelters?.size ?? 0) < 2) this.#multiple.delete(admission.residentId);
    for (const key of matchKeys) {
      const rest = (this.#byMatchKey.get(key) ?? []).filter((each) => !isSame(each, admission));
      if (rest.length < 2) this.#shared.delete(key);
      if (rest.length === 0) this.#byMatchKey.delete(key);
      else this.#byMatchKey.set(key, rest);
    }
  }

  /** Every shelter at which the resident is admitted. */
  sheltersOf(residentId: ResidentId): ReadonlySet<ShelterId> {
    return this.#byResident.get(residentId) ?? new Set();
  }

  /** Everyone admitted under any of the keys. */
  underKeys(matchKeys: readonly string[]): readonly ResidentAtShelter[] {
    return matchKeys.flatMap((key) => this.#byMatchKey.get(key) ?? []);
  }

  /** Residents of the shelter who are, or may be, admitted a second time, here or elsewhere: to be compared. */
  candidatesAt(shelterId: ShelterId): ReadonlySet<ResidentId> {
    const candidates = new Set<ResidentId>();
    for (const residentId of this.#multiple) {
      if (this.sheltersOf(residentId).has(shelterId)) candidates.add(residentId);
    }
    for (const { shelterId: at, residentId } of this.underKeys([...this.#shared])) {
      if (at === shelterId) candidates.add(residentId);
    }
    return candidates;
  }
}

function isSame(left: ResidentAtShelter, right: ResidentAtShelter): boolean {
  return left.shelterId === right.shelterId && left.residentId === right.residentId;
}
