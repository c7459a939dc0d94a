import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { bundleImportResponseSchema } from '@uketsuke/shared/contracts';
import { z } from 'zod';
import type { BundleImporter } from '../bundles/bundle-importer.ts';
import { type Route, route } from '../http/routes.ts';
import type { StaffRegister } from '../identity/staff-register.ts';

const MEDIA_TYPE = 'application/octet-stream';

export const operatorStateSchema = z.object({ version: z.string() });
export const passwordResetSchema = z.object({ username: z.string(), oneTimePassword: z.string() });

export interface OperatorRoutesOptions {
  readonly version: string;
  readonly bundles: BundleImporter;
  readonly staff: StaffRegister;
  /** The bytes of a new backup. */
  readonly backup: () => AsyncIterable<Uint8Array>;
}

/** What the operator of a machine can do on a hub, below `/operator/v1`. */
export function hubOperatorRoutes({
  version,
  bundles,
}: Pick<OperatorRoutesOptions, 'version' | 'bundles'>): readonly Route[] {
  return [
    route(
      {
        method: 'get',
        path: '/state',
        summary: 'That the server runs, and its version.',
        access: 'operator',
        answer: { status: 200, body: operatorStateSchema },
      },
      async () => ({ version }),
    ),
    route(
      {
        method: 'post',
        path: '/bundles',
        summary: `Imports a bundle, sent as ${MEDIA_TYPE}: whole or not at all.`,
        access: 'operator',
        answer: { status: 200, body: bundleImportResponseSchema },
      },
      async ({ request }) => bundles.import(request),
    ),
  ];
}

/** What the operator of a machine can do on the city's server, below `/operator/v1`. */
export function operatorRoutes({ version, bundles, staff, backup }: OperatorRoutesOptions): readonly Route[] {
  return [
    ...hubOperatorRoutes({ version, bundles }),
    route(
      {
        method: 'get',
        path: '/backup',
        summary: 'A backup, sealed under the master key. Whoever gets less than all of it can tell.',
        access: 'operator',
        answer: { status: 200, body: z.string(), mediaType: MEDIA_TYPE },
      },
      async ({ response }) => {
        response.status(200).type(MEDIA_TYPE).set('Cache-Control', 'no-store');
        await pipeline(Readable.from(backup()), response);
      },
    ),
    route(
      {
        method: 'post',
        path: '/staff/:username/password',
        summary: 'Gives a member of staff a new one-time password and ends their sessions.',
        access: 'operator',
        params: z.object({ username: z.string() }),
        answer: { status: 200, body: passwordResetSchema },
      },
      async ({ params }) => staff.resetPassword(params.username),
    ),
  ];
}
