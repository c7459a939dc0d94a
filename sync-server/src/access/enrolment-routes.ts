import { setTimeout as pause } from 'node:timers/promises';
import { deviceContracts } from '@uketsuke/shared/contracts';
import { fromBase64url, toBase64url } from '@uketsuke/shared/sealing';
import { originOf } from '../http/request-origin.ts';
import { RequestRefusedError } from '../http/request-refused.ts';
import { type Route, route } from '../http/routes.ts';
import { AttemptThrottle } from '../identity/attempt-throttle.ts';
import type { DeviceRegister, DeviceRole } from '../identity/device-register.ts';
import { publicIssuerKeys } from '../identity/keyring.ts';
import type { KeyringStore } from '../identity/keyring-store.ts';
import { bundleKeyPairOf, shelterKeyOf } from '../identity/shelter-keys.ts';
import type { ShelterRegister } from '../shelters/shelter-register.ts';

const WRONG_CODES = { attempts: 20, delayAfter: 15, forgetAfterMs: 15 * 60_000 };

export interface EnrolmentRoutesOptions {
  readonly cityName: string;
  readonly devices: DeviceRegister;
  readonly keyring: KeyringStore;
  readonly shelters: ShelterRegister;
  readonly now: () => number;
}

/** What makes a machine a kiosk or hub of the city. */
export function enrolmentRoutes(options: EnrolmentRoutesOptions): readonly Route[] {
  const enrol = enrolmentOf(options);
  return [
    route(deviceContracts.enrolKiosk, async ({ body, request }) => {
      const { device, common, keys, shelterKey } = await enrol(originOf(request), body, { role: 'kiosk' });
      return {
        ...common,
        eventKey: toBase64url(device.eventKey),
        receptionKeys: keys.receptionKeys.map((key) => key.privateKey),
        bundlePublicKey: toBase64url(bundleKeyPairOf(shelterKey).publicKey),
        cardDirectoryKeys: keys.cardDirectoryKeys,
      };
    }),
    route(deviceContracts.enrolHub, async ({ body, request }) => {
      const { certificateSha256 } = body;
      const { device, common, shelterKey } = await enrol(originOf(request), body, { role: 'hub', certificateSha256 });
      return { ...common, hubIdentity: device.hubIdentity ?? '', shelterKey: toBase64url(shelterKey) };
    }),
  ];
}

/** Redeems a code, slowing down who guesses (SEC-6), and gathers what kiosks and hubs both get. */
function enrolmentOf({ devices, keyring, shelters, cityName, now }: EnrolmentRoutesOptions) {
  const attempts = new AttemptThrottle(WRONG_CODES, now);
  return async (origin: string, wanted: { readonly code: string; readonly deviceName: string }, as: DeviceRole) => {
    await pause(attempts.begin(origin));
    const device = await devices.enrol(wanted.code, wanted.deviceName, as).catch((error: unknown) => {
      if (!isWrongCode(error)) attempts.uncount(origin);
      throw error;
    });
    attempts.uncount(origin);
    await shelters.refresh();
    const keys = await keyring.refresh();
    const shelter = shelters.find(device.shelterId);
    if (shelter === undefined) throw new RequestRefusedError(404, 'shelter-unknown', 'there is no such shelter');
    const common = {
      deviceId: device.deviceId,
      deviceName: wanted.deviceName,
      credential: device.credential,
      credentialPublicKey: keys.credentialKey.publicKey,
      city: { name: cityName },
      shelter,
      issuerKeys: publicIssuerKeys(keys),
      recoveryPublicKey: keys.recoveryKey.publicKey,
    };
    return { device, common, keys, shelterKey: shelterKeyOf(fromBase64url(keys.deviceRoot), device.shelterId) };
  };
}

/** Whether the code was judged, and found wrong: an error of the database says nothing of it. */
function isWrongCode(error: unknown): boolean {
  return error instanceof RequestRefusedError && error.code === 'enrolment-code-invalid';
}
