import { headquartersContracts } from '@uketsuke/shared/contracts';
import { RequestRefusedError } from '../http/request-refused.ts';
import type { Route } from '../http/routes.ts';
import { maySee, type StaffGate, staffRoute } from '../identity/staff-gate.ts';
import type { BundleImporter } from './bundle-importer.ts';

/** Importing bundles on the console. */
export function bundleRoutes(gate: StaffGate, importer: BundleImporter): readonly Route[] {
  return [
    staffRoute(gate, headquartersContracts.importBundle, ({ staff, request }) =>
      importer.import(request, {
        admit: ({ shelterId }) => {
          if (!maySee(staff, shelterId))
            throw new RequestRefusedError(403, 'not-allowed', 'the bundle of another shelter');
        },
      }),
    ),
  ];
}
