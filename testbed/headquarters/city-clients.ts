import {
  cardContracts,
  createClient,
  deviceContracts,
  type EnrolmentResponse,
  fetchSend,
  type IssuedCard,
  syncContracts,
} from '@uketsuke/shared/contracts';
import type { Household } from '@uketsuke/shared/person';

/** A server of a test may be busy, or far away. */
const TIMEOUT_MS = 180_000;

/** Redeems a kiosk's code, as its enrolment screen does. */
export function enrolDevice(cityUrl: string, code: string, deviceName: string): Promise<EnrolmentResponse> {
  return createClient(deviceContracts, sendTo(cityUrl)).enrolKiosk({ body: { code, deviceName } });
}

/** A card as the resident's app asks for it; the city gives the ids. */
export function issueCard(cityUrl: string, { address, members }: Household): Promise<IssuedCard> {
  const declared = members.map(({ residentId: _given, ...person }) => person);
  const household = address === undefined ? { members: declared } : { address, members: declared };
  return createClient(cardContracts, sendTo(cityUrl)).issue({ body: { household, consent: true } });
}

/** The sync protocol of the city or a hub with a device's credential; `fetch` where the way there is rough. */
export function syncClient(url: string, credential: string, fetcher: typeof fetch = fetch) {
  return createClient(syncContracts, sendTo(url, fetcher, { authorization: `Bearer ${credential}` }));
}

function sendTo(baseUrl: string, fetcher: typeof fetch = fetch, headers: Readonly<Record<string, string>> = {}) {
  return fetchSend({ fetch: fetcher, baseUrl, timeoutMs: TIMEOUT_MS, headers: () => headers });
}
