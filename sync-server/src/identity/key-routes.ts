import { issuerKeysResponseSchema } from '@uketsuke/shared/contracts';
import { secureRandomBytes } from '@uketsuke/shared/identifiers';
import { z } from 'zod';
import type { FactBoard } from '../facts/fact-board.ts';
import { RequestRefusedError } from '../http/request-refused.ts';
import type { Route } from '../http/routes.ts';
import {
  IssuerKeyUnknownError,
  type Keyring,
  publicIssuerKeys,
  rotateIssuerKey,
  withdrawIssuerKey,
} from './keyring.ts';
import type { KeyringStore } from './keyring-store.ts';
import { type StaffGate, staffRoute } from './staff-gate.ts';

const keyParams = z.object({ keyId: z.coerce.number().pipe(z.int().min(1).max(65_535)) });

/** The issuer keys, below `/hq/v1`. Every change is told to the kiosks as facts. */
export function keyRoutes(gate: StaffGate, keyring: KeyringStore, facts: FactBoard): readonly Route[] {
  const answer = { status: 200, body: issuerKeysResponseSchema };
  return [
    staffRoute(
      gate,
      { method: 'get', path: '/keys/issuer', summary: 'The issuer keys.', access: 'hq', answer },
      async () => ({ keys: publicIssuerKeys(await keyring.refresh()) }),
    ),
    staffRoute(
      gate,
      {
        method: 'post',
        path: '/keys/issuer',
        summary: 'Makes a new active issuer key and retires the former; its cards stay valid.',
        access: 'hq',
        answer,
      },
      () => changeKeys(keyring, facts, (keys) => rotateIssuerKey(keys, secureRandomBytes)),
    ),
    staffRoute(
      gate,
      {
        method: 'post',
        path: '/keys/issuer/:keyId/withdraw',
        summary: 'Withdraws an issuer key: its cards are refused. Withdrawing the active one makes a new one.',
        access: 'hq',
        params: keyParams,
        answer,
      },
      ({ params }) => changeKeys(keyring, facts, (keys) => withdrawIssuerKey(keys, params.keyId, secureRandomBytes)),
    ),
  ];
}

/** Tells the kiosks the trust list as it is. */
export async function publishIssuerKeys(keyring: Keyring, facts: FactBoard): Promise<void> {
  for (const key of publicIssuerKeys(keyring)) {
    await facts.publish({ id: `issuer-key:${key.keyId}`, kind: 'issuer-key', key });
  }
}

async function changeKeys(keyring: KeyringStore, facts: FactBoard, change: (keys: Keyring) => Keyring) {
  try {
    const changed = await keyring.change(change);
    await publishIssuerKeys(changed, facts);
    return { keys: publicIssuerKeys(changed) };
  } catch (cause) {
    if (!(cause instanceof IssuerKeyUnknownError)) throw cause;
    throw new RequestRefusedError(404, 'not-found', 'there is no such issuer key', { cause });
  }
}
