import type { RouteContract } from '@uketsuke/shared/contracts';
import type { Request, RequestHandler } from 'express';
import { RequestRefusedError } from '../http/request-refused.ts';
import { type Handled, type RawCall, type Route, rawRoute } from '../http/routes.ts';
import type { AuthenticatedDevice, DeviceDirectory } from './device-directory.ts';

/** A call by an enrolled kiosk or hub. */
export type DeviceCall<Contract extends RouteContract> = RawCall<Contract> & { readonly device: AuthenticatedDevice };

/** A route for enrolled devices, known by the bearer credential. The handler reads a body itself. */
export function deviceRoute<const Contract extends RouteContract & { readonly access: 'device' }>(
  devices: Pick<DeviceDirectory, 'authenticate'>,
  contract: Contract,
  handle: (call: DeviceCall<Contract>) => Handled<Contract>,
): Route {
  const known = new WeakMap<Request, AuthenticatedDevice>();
  const admit: RequestHandler = async (request, _response, next) => {
    known.set(request, await devices.authenticate(request.headers.authorization));
    next();
  };
  return rawRoute(
    contract,
    (call) => {
      const device = known.get(call.request);
      if (device === undefined) throw new RequestRefusedError(401, 'device-unknown', 'no valid device credential');
      return handle({ ...call, device });
    },
    [admit],
  );
}
