import { cardIdSchema } from '@uketsuke/shared/identifiers';
import { z } from 'zod';
import type { Route } from '../http/routes.ts';
import { type StaffGate, staffRoute } from '../identity/staff-gate.ts';
import type { CardOffice } from './card-office.ts';

const cardParams = z.object({ cardId: cardIdSchema });

/** Headquarters' revocations of cards, below `/hq/v1`. */
export function cardStaffRoutes(gate: StaffGate, cards: CardOffice): readonly Route[] {
  return [
    staffRoute(
      gate,
      {
        method: 'post',
        path: '/cards/:cardId/revoke',
        summary: 'Revokes a card.',
        access: 'hq',
        params: cardParams,
        answer: { status: 204 },
      },
      ({ params }) => cards.revokeByHeadquarters(params.cardId),
    ),
  ];
}
