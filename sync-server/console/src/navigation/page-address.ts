import { type ResidentId, residentIdSchema, type ShelterId, shelterIdSchema } from '@uketsuke/shared/identifiers';

/** Pages for role hq only. */
export const ADMINISTRATION_PAGES = ['shelters', 'devices', 'keys', 'cards', 'staff', 'quarantine'] as const;
export type AdministrationPage = (typeof ADMINISTRATION_PAGES)[number];

/** What is shown. Words searched for are not part of it: names do not belong into addresses and histories. */
export type PageAddress =
  | { readonly page: 'overview' }
  | { readonly page: 'shelter'; readonly shelterId: ShelterId }
  | { readonly page: 'search' }
  | { readonly page: 'bundles' }
  | { readonly page: 'person'; readonly residentId: ResidentId }
  | { readonly page: 'administration'; readonly part: AdministrationPage; readonly shelterId?: ShelterId };

/** The address a location hash (`#/…`) names; anything unknown is the overview. */
export function readAddress(hash: string): PageAddress {
  const [first, second, third] = hash.replace(/^#\/?/, '').split('/');
  if (first === 'search') return { page: 'search' };
  if (first === 'bundles') return { page: 'bundles' };
  if (first === 'shelters') {
    const shelterId = shelterIdSchema.safeParse(second);
    if (shelterId.success) return { page: 'shelter', shelterId: shelterId.data };
  }
  if (first === 'people') {
    const residentId = residentIdSchema.safeParse(second);
    if (residentId.success) return { page: 'person', residentId: residentId.data };
  }
  const part = ADMINISTRATION_PAGES.find((known) => known === second);
  if (first === 'administration' && part !== undefined) {
    const shelterId = shelterIdSchema.safeParse(third);
    return { page: 'administration', part, ...(shelterId.success ? { shelterId: shelterId.data } : {}) };
  }
  return { page: 'overview' };
}

/** The location hash of a address. */
export function hrefOf(address: PageAddress): string {
  switch (address.page) {
    case 'overview':
      return '#/';
    case 'search':
      return '#/search';
    case 'bundles':
      return '#/bundles';
    case 'shelter':
      return `#/shelters/${address.shelterId}`;
    case 'person':
      return `#/people/${address.residentId}`;
    case 'administration':
      return `#/administration/${address.part}${address.shelterId === undefined ? '' : `/${address.shelterId}`}`;
  }
}
