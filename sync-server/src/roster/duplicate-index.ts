import type { ResidentId, ShelterId } from '@uketsuke/shared/identifiers';

/** A resident at a shelter. */
export interface Admission {
  readonly shelterId: ShelterId;
  readonly residentId: ResidentId;
}

/** Who is admitted where: by resident, and by the key under which probably the same people meet (FLD-5). */
export class DuplicateIndex {
  readonly #byResident = new Map<ResidentId, Set<ShelterId>>();
  readonly #byMatchKey = new Map<string, Admission[]>();
  readonly #multiple = new Set<ResidentId>();

  add(admission: Admission, matchKey: string | undefined): void {
    const shelters = this.#byResident.get(admission.residentId) ?? new Set();
    this.#byResident.set(admission.residentId, shelters.add(admission.shelterId));
    if (shelters.size > 1) this.#multiple.add(admission.residentId);
    if (matchKey !== undefined) this.#byMatchKey.set(matchKey, [...(this.#byMatchKey.get(matchKey) ?? []), admission]);
  }

  remove(admission: Admission, matchKey: string | undefined): void {
    const shelters = this.#byResident.get(admission.residentId);
    shelters?.delete(admission.shelterId);
    if (shelters === undefined || shelters.size === 0) this.#byResident.delete(admission.residentId);
    if ((shelters?.size ?? 0) < 2) this.#multiple.delete(admission.residentId);
    if (matchKey === undefined) return;
    const rest = (this.#byMatchKey.get(matchKey) ?? []).filter((each) => !isSame(each, admission));
    if (rest.length === 0) this.#byMatchKey.delete(matchKey);
    else this.#byMatchKey.set(matchKey, rest);
  }

  /** Every shelter at which the resident is admitted. */
  sheltersOf(residentId: ResidentId): ReadonlySet<ShelterId> {
    return this.#byResident.get(residentId) ?? new Set();
  }

  /** Everyone admitted under the key. */
  underKey(matchKey: string | undefined): readonly Admission[] {
    return matchKey === undefined ? [] : (this.#byMatchKey.get(matchKey) ?? []);
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

function isSame(left: Admission, right: Admission): boolean {
  return left.shelterId === right.shelterId && left.residentId === right.residentId;
}
