import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { cityOperatorContracts, operatorContracts } from '@uketsuke/shared/contracts';
import type { BundleImporter } from '../bundles/bundle-importer.ts';
import { type Route, route } from '../http/routes.ts';
import type { StaffRegister } from '../identity/staff-register.ts';

export interface OperatorRoutesOptions {
  readonly version: string;
  readonly bundles: BundleImporter;
  readonly staff: StaffRegister;
  /** The bytes of a new backup. */
  readonly backup: () => AsyncIterable<Uint8Array>;
}

/** What the operator of a machine can do on a hub. */
export function hubOperatorRoutes({
  version,
  bundles,
}: Pick<OperatorRoutesOptions, 'version' | 'bundles'>): readonly Route[] {
  return [
    route(operatorContracts.state, async () => ({ version })),
    route(operatorContracts.importBundle, ({ request }) => bundles.import(request)),
  ];
}

/** What the operator of a machine can do on the city's server. */
export function operatorRoutes({ version, bundles, staff, backup }: OperatorRoutesOptions): readonly Route[] {
  return [
    ...hubOperatorRoutes({ version, bundles }),
    route(cityOperatorContracts.backup, async ({ response }) => {
      const { status, mediaType } = cityOperatorContracts.backup.answer;
      response.status(status).type(mediaType).set('Cache-Control', 'no-store');
      await pipeline(Readable.from(backup()), response);
    }),
    route(cityOperatorContracts.resetPassword, ({ params }) => staff.resetPassword(params.username)),
  ];
}
