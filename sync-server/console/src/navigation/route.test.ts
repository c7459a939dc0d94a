import { residentIdSchema, shelterIdSchema } from '@uketsuke/shared/identifiers';
import { describe, expect, it } from 'vitest';
import { ADMINISTRATION_PAGES, hrefOf, type Route, readRoute } from './route.ts';

const shelterId = shelterIdSchema.parse('sabc-1');
const routes: Route[] = [
  { page: 'overview' },
  { page: 'search' },
  { page: 'bundles' },
  { page: 'shelter', shelterId },
  { page: 'person', residentId: residentIdSchema.parse('ABCDEFGHIJ23') },
  ...ADMINISTRATION_PAGES.map((part): Route => ({ page: 'administration', part })),
  { page: 'administration', part: 'devices', shelterId },
];

describe('addresses of pages', () => {
  it.each(routes)('lead back to $page', (route) => {
    expect(readRoute(hrefOf(route))).toEqual(route);
  });

  it.each(['', '#', '#/nowhere', '#/shelters/<script>', '#/people/1', '#/administration', '#/administration/x'])(
    '%j is the overview',
    (hash) => {
      expect(readRoute(hash)).toEqual({ page: 'overview' });
    },
  );
});
