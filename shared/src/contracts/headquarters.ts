import { bundleImport } from './bundles.ts';
import { keyContracts } from './keys.ts';
import { quarantineContracts } from './quarantine.ts';
import { rosterContracts } from './roster.ts';
import type { ContractGroup } from './route-contract.ts';
import { shelterContracts } from './shelters.ts';
import { staffContracts } from './staff.ts';

/** `/hq/v1`: all that the console asks of the city's server. */
export const headquartersContracts = {
  ...staffContracts,
  ...shelterContracts,
  ...keyContracts,
  ...rosterContracts,
  ...quarantineContracts,
  importBundle: {
    ...bundleImport,
    method: 'post',
    path: '/hq/v1/bundles',
    summary: 'Imports a bundle from a USB stick: whole or not at all.',
    access: 'staff',
  },
} as const satisfies ContractGroup;
