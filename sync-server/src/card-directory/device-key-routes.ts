import { deviceKeysResponseSchema, deviceKeysStateSchema } from '@uketsuke/shared/contracts';
import { secureRandomBytes } from '@uketsuke/shared/identifiers';
import { decodeJwt } from 'jose';
import type { FactBoard } from '../facts/fact-board.ts';
import { RequestRefusedError } from '../http/request-refused.ts';
import { type Route, route } from '../http/routes.ts';
import { bearerToken } from '../identity/device-credential.ts';
import type { DeviceDirectory } from '../identity/device-directory.ts';
import type { KeyringStore } from '../identity/keyring-store.ts';
import { type StaffGate, staffRoute } from '../identity/staff-gate.ts';
import { deviceKeysOf, rotateDeviceKeys } from './device-keys.ts';

/** What kiosks ask for, below `/device/v1`. */
export function deviceKeyRoutes(
  devices: Pick<DeviceDirectory, 'authenticate'>,
  keyring: KeyringStore,
): readonly Route[] {
  return [
    route(
      {
        method: 'get',
        path: '/keys',
        summary: 'The keys that all kiosks share and that headquarters rotates. Not for hubs.',
        access: 'device',
        answer: { status: 200, body: deviceKeysResponseSchema },
      },
      async ({ request }) => {
        await devices.authenticate(request.headers.authorization);
        if (!isKiosk(request.headers.authorization)) {
          throw new RequestRefusedError(403, 'device-unknown', 'a hub opens no entry of the card directory');
        }
        return deviceKeysOf(await keyring.refresh());
      },
    ),
  ];
}

/** What headquarters asks for, below `/hq/v1`. */
export function deviceKeyStaffRoutes(gate: StaffGate, keyring: KeyringStore, facts: FactBoard): readonly Route[] {
  const answer = { status: 200, body: deviceKeysStateSchema };
  return [
    staffRoute(
      gate,
      { method: 'get', path: '/keys/devices', summary: "Version of the kiosks' shared keys.", access: 'hq', answer },
      async () => ({ version: deviceKeysOf(await keyring.refresh()).version }),
    ),
    staffRoute(
      gate,
      {
        method: 'post',
        path: '/keys/devices',
        summary: 'Makes a new key of the card directory; the kiosks fetch it by themselves.',
        access: 'hq',
        answer,
      },
      async () => ({ version: (await rotateDeviceKeys(keyring, facts, secureRandomBytes)).version }),
    ),
  ];
}

/** Of a credential that was verified before; those of the first servers name no role and are all kiosks'. */
function isKiosk(authorizationHeader: string | undefined): boolean {
  const token = bearerToken(authorizationHeader);
  return token !== undefined && (decodeJwt(token)['role'] ?? 'kiosk') === 'kiosk';
}
