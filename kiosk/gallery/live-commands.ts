import { HUB_REFUSALS } from '@uketsuke/shared/errors';
import { cardIdSchema } from '@uketsuke/shared/identifiers';
import * as z from 'zod';
import { attributesOutcomeSchema, cardReaderStateSchema, triesLeftSchema } from '../host/card-reader/card-reader.ts';
import type { Stage } from './stage/stage.ts';

declare global {
  interface Window {
    /** Tells the gallery's page what is to happen behind its screens; resolves when it has. Only at a live page. */
    readonly gallery?: (command: unknown) => Promise<void>;
  }
}

/** What a test may tell a live page of the gallery. */
const commandSchema = z.discriminatedUnion('do', [
  /** The city takes a card back. */
  z.object({ do: z.literal('revoke'), cardId: cardIdSchema }),
  /** What is recorded next cannot be. */
  z.object({ do: z.literal('fail'), reason: z.enum(['disk-full', 'journal-failed', 'store-failed']) }),
  z.object({ do: z.literal('step-out') }),
  /** What takes results off the screen: by itself it stays until something newer comes. */
  z.object({ do: z.literal('pass'), ms: z.int() }),
  z.object({ do: z.literal('card'), state: cardReaderStateSchema }),
  z.object({ do: z.literal('card-answers'), outcome: attributesOutcomeSchema }),
  z.object({ do: z.literal('card-tries'), left: triesLeftSchema }),
  /** What the next look-up of a hub finds. */
  z.object({ do: z.literal('hub'), answer: z.enum(['hub', 'hub-unreachable', ...HUB_REFUSALS]) }),
]);

/** Lets a test tell this page what is to happen. */
export function takeCommands(page: Window, stage: Stage): void {
  Object.defineProperty(page, 'gallery', { value: (command: unknown) => carryOut(stage, command) });
}

async function carryOut(stage: Stage, detail: unknown): Promise<void> {
  const command = commandSchema.parse(detail);
  const { host } = stage.kiosk;
  switch (command.do) {
    case 'revoke':
      return stage.revoke(command.cardId);
    case 'fail':
      return stage.failToRecord(command.reason);
    case 'step-out':
      return stage.everybodyStepsOut();
    case 'pass':
      stage.timers?.pass(command.ms);
      return;
    case 'card':
      return stage.reader(command.state);
    case 'card-answers':
      return host.cardReader.answer(command.outcome);
    case 'card-tries':
      host.cardReader.triesLeftNow = command.left;
      return;
    case 'hub':
      return stage.nextHub(command.answer);
  }
}
