import { enrolmentCodeResponseSchema, type ShelterFacts, shelterFactsSchema } from '@uketsuke/shared/contracts';
import { BareKiosk, type Console } from './test-server.ts';

/** A new shelter. */
export async function newShelter(hq: Console, name: string): Promise<ShelterFacts> {
  return shelterFactsSchema.parse((await hq.post('/shelters', { name })).body);
}

/** A new enrolment code for the shelter. */
export async function newCode(hq: Console, shelter: ShelterFacts): Promise<string> {
  const answer = await hq.post(`/shelters/${shelter.shelterId}/enrolment-codes`);
  return enrolmentCodeResponseSchema.parse(answer.body).code;
}

/** A newly enrolled kiosk at the shelter. */
export async function newKiosk(url: string, hq: Console, shelter: ShelterFacts): Promise<BareKiosk> {
  return BareKiosk.enrol(url, await newCode(hq, shelter));
}
