import { shelterContracts } from '@uketsuke/shared/contracts';
import type { Route } from '../http/routes.ts';
import { type StaffGate, staffRoute } from '../identity/staff-gate.ts';
import type { CardOffice } from './card-office.ts';

/** Headquarters' revocations of cards. */
export function cardStaffRoutes(gate: StaffGate, cards: CardOffice): readonly Route[] {
  return [staffRoute(gate, shelterContracts.revokeCard, ({ params }) => cards.revokeByHeadquarters(params.cardId))];
}
