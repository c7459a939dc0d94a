import { setTimeout as pause } from 'node:timers/promises';
import { type EnrolmentResponse, enrolmentRequestSchema, enrolmentResponseSchema } from '@uketsuke/shared/protocol';
import { toBase64url } from '@uketsuke/shared/sealing';
import { RequestRefusedError } from '../http/request-refused.ts';
import { type Route, route } from '../http/routes.ts';
import type { ShelterRegister } from '../shelters/shelter-register.ts';
import { AttemptThrottle } from './attempt-throttle.ts';
import type { DeviceRegister } from './device-register.ts';
import { publicIssuerKeys } from './keyring.ts';
import type { KeyringStore } from './keyring-store.ts';

const WRONG_CODES = { attempts: 20, delayAfter: 15, forgetAfterMs: 15 * 60_000 };

export interface EnrolmentRoutesOptions {
  readonly cityName: string;
  readonly devices: DeviceRegister;
  readonly keyring: KeyringStore;
  readonly shelters: ShelterRegister;
  readonly now: () => number;
}

/** The route of `/device/v1`. */
export function enrolmentRoutes(options: EnrolmentRoutesOptions): readonly Route[] {
  const { devices, keyring, shelters, cityName } = options;
  const attempts = new AttemptThrottle(WRONG_CODES, options.now);
  return [
    route(
      {
        method: 'post',
        path: '/enrol',
        summary: 'Redeems a one-time code: enrols a kiosk and hands it all it needs from then on.',
        access: 'everyone',
        body: enrolmentRequestSchema,
        answer: { status: 200, body: enrolmentResponseSchema },
      },
      async ({ body, request }): Promise<EnrolmentResponse> => {
        const address = request.ip ?? '';
        await pause(attempts.begin(address));
        const device = await devices.enrol(body.code, body.deviceName);
        attempts.uncount(address);
        await shelters.refresh();
        const keys = await keyring.refresh();
        const shelter = shelters.find(device.shelterId);
        if (shelter === undefined) throw new RequestRefusedError(404, 'shelter-unknown', 'there is no such shelter');
        return {
          deviceId: device.deviceId,
          deviceName: body.deviceName,
          credential: device.credential,
          eventKey: toBase64url(device.eventKey),
          city: { name: cityName },
          shelter,
          issuerKeys: publicIssuerKeys(keys),
          receptionKeys: keys.receptionKeys.map((key) => key.privateKey),
          recoveryPublicKey: keys.recoveryKey.publicKey,
        };
      },
    ),
  ];
}
