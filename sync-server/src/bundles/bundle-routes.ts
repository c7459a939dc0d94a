import { BUNDLE_MEDIA_TYPE, type BundleImportResponse, bundleImportResponseSchema } from '@uketsuke/shared/contracts';
import { RequestRefusedError } from '../http/request-refused.ts';
import type { Route } from '../http/routes.ts';
import { maySee, type StaffGate, staffRoute } from '../identity/staff-gate.ts';
import type { BundleImporter } from './bundle-importer.ts';

/** Importing bundles on the console, below `/hq/v1`. */
export function bundleRoutes(gate: StaffGate, importer: BundleImporter): readonly Route[] {
  return [
    staffRoute(
      gate,
      {
        method: 'post',
        path: '/bundles',
        summary: `Imports a bundle from a USB stick, sent as ${BUNDLE_MEDIA_TYPE}: whole or not at all.`,
        access: 'staff',
        answer: { status: 200, body: bundleImportResponseSchema },
      },
      async ({ staff, request }): Promise<BundleImportResponse> =>
        importer.import(request, {
          admit: ({ shelterId }) => {
            if (!maySee(staff, shelterId))
              throw new RequestRefusedError(403, 'not-allowed', 'the bundle of another shelter');
          },
        }),
    ),
  ];
}
