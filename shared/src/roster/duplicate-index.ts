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

  add(admission: ResidentAtShelter, matchKeys: readonly string[]): void {
    const shelters = this.#byResident.get(admission.residentId) ?? new Set();
    this.#byResident.set(admission.residentId, shelters.add(admission.shelterId));
    if (shelters.size > 1) this.#multiple.add(admission.residentId);
    for (const key of matchKeys) this.#byMatchKey.set(key, [...(this.#byMatchKey.get(key) ?? []), admission]);
  }

  remove(admission: ResidentAtShelter, matchKeys: readonly string[]): void {
    const shelters = this.#byResident.get(admission.residentId);
    shelters?.delete(admission.shelterId);
    if (shelters === undefined || shelters.size === 0) this.#byResident.delete(admission.residentId);
    if ((shelters?.size ?? 0) < 2) this.#multiple.delete(admission.residentId);
    for (const key of matchKeys) {
      const rest = (this.#byMatchKey.get(key) ?? []).filter((each) => !isSame(each, admission));
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

  /** How many residents of the shelter are also admitted at another of the visible ones. */
  countAt(shelterId: ShelterId, isVisible: (shelterId: ShelterId) => boolean): number {
    let count = 0;
    for (const residentId of this.#multiple) {
      const shelters = this.sheltersOf(residentId);
      const elsewhere = [...shelters].some((each) => each !== shelterId && isVisible(each));
      if (shelters.has(shelterId) && elsewhere) count += 1;
    }
    return count;
  }
}

function isSame(left: ResidentAtShelter, right: ResidentAtShelter): boolean {
  return left.shelterId === right.shelterId && left.residentId === right.residentId;
}
