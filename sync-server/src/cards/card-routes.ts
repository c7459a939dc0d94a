import {
  cardStateResponseSchema,
  cityResponseSchema,
  issueCardRequestSchema,
  issuedCardSchema,
} from '@uketsuke/shared/contracts';
import { cardIdSchema } from '@uketsuke/shared/identifiers';
import type { Request, RequestHandler } from 'express';
import { z } from 'zod';
import { RequestRefusedError } from '../http/request-refused.ts';
import { type Route, route } from '../http/routes.ts';
import { bearerToken } from '../identity/device-credential.ts';
import type { CardOffice } from './card-office.ts';

const cardParams = z.object({ cardId: cardIdSchema });

/** The routes of `/card/v1`. `limitIssues` bounds how often an address may make cards or try tokens. */
export function cardRoutes(options: {
  readonly cityName: string;
  readonly office: CardOffice;
  readonly limitIssues: RequestHandler;
}): readonly Route[] {
  const { cityName, office, limitIssues } = options;
  return [
    route(
      {
        method: 'get',
        path: '/city',
        summary: 'The city that issues the cards.',
        access: 'everyone',
        answer: { status: 200, body: cityResponseSchema },
      },
      async () => ({ name: cityName }),
    ),
    route(
      {
        method: 'post',
        path: '/cards',
        summary: 'Issues a card for a household as declared, unverified. The household is not kept.',
        access: 'everyone',
        body: issueCardRequestSchema,
        answer: { status: 201, body: issuedCardSchema },
      },
      ({ body }) => office.issue(body.household),
      [limitIssues],
    ),
    route(
      {
        method: 'post',
        path: '/cards/:cardId/reissue',
        summary: 'Issues a new card and revokes the old one.',
        access: 'management-token',
        params: cardParams,
        body: issueCardRequestSchema,
        answer: { status: 201, body: issuedCardSchema },
      },
      ({ params, body, request }) => office.reissue(params.cardId, tokenOf(request), body.household),
      [limitIssues],
    ),
    route(
      {
        method: 'post',
        path: '/cards/:cardId/revoke',
        summary: 'Revokes the card.',
        access: 'management-token',
        params: cardParams,
        answer: { status: 204 },
      },
      ({ params, request }) => office.revoke(params.cardId, tokenOf(request)),
      [limitIssues],
    ),
    route(
      {
        method: 'get',
        path: '/cards/:cardId/state',
        summary: 'Whether the card is valid.',
        access: 'management-token',
        params: cardParams,
        answer: { status: 200, body: cardStateResponseSchema },
      },
      async ({ params, request }) => ({
        cardId: params.cardId,
        state: await office.state(params.cardId, tokenOf(request)),
      }),
    ),
  ];
}

function tokenOf(request: Request): string {
  const token = bearerToken(request.headers.authorization);
  if (token === undefined)
    throw new RequestRefusedError(404, 'card-unknown', 'no such card, or not its management token');
  return token;
}
