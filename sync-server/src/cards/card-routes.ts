import { cardContracts } from '@uketsuke/shared/contracts';
import type { Request, RequestHandler } from 'express';
import { RequestRefusedError } from '../http/request-refused.ts';
import { type Route, route } from '../http/routes.ts';
import { bearerToken } from '../identity/device-credential.ts';
import type { CardOffice } from './card-office.ts';

/**
 * What residents' phones ask for. `limitIssues` bounds how often an address may make cards or try tokens,
 * `limitRevocations` how often cards are taken back (SYN-14).
 */
export function cardRoutes(options: {
  readonly cityName: string;
  readonly office: CardOffice;
  readonly limitIssues: RequestHandler;
  readonly limitRevocations: readonly RequestHandler[];
}): readonly Route[] {
  const { cityName, office, limitIssues, limitRevocations } = options;
  return [
    route(cardContracts.city, async () => ({ name: cityName })),
    route(cardContracts.issue, ({ body }) => office.issue(body), [limitIssues]),
    route(
      cardContracts.reissue,
      ({ params, body, request }) => office.reissue(params.cardId, tokenOf(request), body),
      limitRevocations,
    ),
    route(
      cardContracts.revoke,
      ({ params, request }) => office.revoke(params.cardId, tokenOf(request)),
      limitRevocations,
    ),
    route(cardContracts.state, async ({ params: { cardId }, request }) => ({
      cardId,
      state: await office.state(cardId, tokenOf(request)),
    })),
  ];
}

function tokenOf(request: Request): string {
  const token = bearerToken(request.headers.authorization);
  if (token === undefined)
    throw new RequestRefusedError(404, 'card-unknown', 'no such card, or not its management token');
  return token;
}
