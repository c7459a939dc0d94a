import { type ResidentId, residentIdSchema, type ShelterId, shelterIdSchema } from '@uketsuke/shared/identifiers';

/** Pages for role hq only. */
export const ADMINISTRATION_PAGES = ['shelters', 'devices', 'keys', 'cards', 'staff', 'quarantine'] as const;
export type AdministrationPage = (typeof ADMINISTRATION_PAGES)[number];

/** What is shown. Words searched for are not part of it: names do not belong into addresses and histories. */
export type Route =
  | { readonly page: 'overview' }
  | { readonly page: 'shelter'; readonly shelterId: ShelterId }
  | { readonly page: 'search' }
  | { readonly page: 'bundles' }
  | { readonly page: 'person'; readonly residentId: ResidentId }
  | { readonly page: 'administration'; readonly part: AdministrationPage; readonly shelterId?: ShelterId };

/** The route a location hash (`#/…`) names; anything unknown is the overview. */
export function readRoute(hash: string): Route {
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

/** The location hash of a route. */
export function hrefOf(route: Route): string {
  switch (route.page) {
    case 'overview':
      return '#/';
    case 'search':
      return '#/search';
    case 'bundles':
      return '#/bundles';
    case 'shelter':
      return `#/shelters/${route.shelterId}`;
    case 'person':
      return `#/people/${route.residentId}`;
    case 'administration':
      return `#/administration/${route.part}${route.shelterId === undefined ? '' : `/${route.shelterId}`}`;
  }
}
