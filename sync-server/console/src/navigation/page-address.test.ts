import { residentIdSchema, shelterIdSchema } from '@uketsuke/shared/identifiers';
import { describe, expect, it } from 'vitest';
import { ADMINISTRATION_PAGES, hrefOf, type PageAddress, readAddress } from './page-address.ts';

const shelterId = shelterIdSchema.parse('sabc-1');
const addresses: PageAddress[] = [
  { page: 'overview' },
  { page: 'search' },
  { page: 'bundles' },
  { page: 'shelter', shelterId },
  { page: 'person', residentId: residentIdSchema.parse('ABCDEFGHIJ23') },
  ...ADMINISTRATION_PAGES.map((part): PageAddress => ({ page: 'administration', part })),
  { page: 'administration', part: 'devices', shelterId },
];

describe('addresses of pages', () => {
  it.each(addresses)('lead back to $page', (address) => {
    expect(readAddress(hrefOf(address))).toEqual(address);
  });

  it.each(['', '#', '#/nowhere', '#/shelters/<script>', '#/people/1', '#/administration', '#/administration/x'])(
    '%j is the overview',
    (hash) => {
      expect(readAddress(hash)).toEqual({ page: 'overview' });
    },
  );
});
