import { useState } from 'react';
import type { StoredCard } from '../card/stored-card.ts';
import { goTo, usePlace } from '../device/place-in-app.ts';
import { type CardKeeper, useCardKeeper } from './card-keeper.ts';
import { CardScreen } from './card-screen.tsx';
import { LaterHouseholdScreen } from './later-household-screen.tsx';
import { PageFrame } from './page-frame.tsx';
import { PrintSheetScreen } from './print-sheet-screen.tsx';
import { PrintWalletScreen } from './print-wallet-screen.tsx';
import { ShowScreen } from './show-screen.tsx';
import { useSurroundings } from './surroundings.ts';
import { UnreadableScreen } from './unreadable-screen.tsx';
import { WelcomeScreen } from './welcome-screen.tsx';

/** The whole app: picks the screen by the place in the address and by whether there is a card. */
export function App() {
  return <Screen keeper={useCardKeeper()} />;
}

function Screen({ keeper }: { readonly keeper: CardKeeper }) {
  const { memory } = useSurroundings();
  const place = usePlace();
  const [justReceived, setJustReceived] = useState(false);
  const { reading } = keeper;

  const received = (card: StoredCard) => {
    keeper.receive(card);
    memory.dropDraft();
    setJustReceived(true);
    goTo('home', { replace: true });
  };

  if (reading.kind === 'unreadable') return <UnreadableScreen reason={reading.reason} onForget={keeper.forget} />;
  const card = reading.kind === 'card' ? reading.card : undefined;
  if (place === 'household') return <LaterHouseholdScreen card={card} keeper={keeper} onReceived={received} />;
  if (card === undefined) return <WelcomeScreen />;

  const usable = card.lastState.state !== 'revoked';
  if (usable && place === 'show') return <ShowScreen card={card} />;
  if (usable && place === 'print-wallet') return <PrintWalletScreen card={card} />;
  if (usable && place === 'print-sheet') return <PrintSheetScreen card={card} />;

  return (
    <PageFrame>
      <CardScreen card={card} keeper={keeper} justReceived={justReceived} onChange={() => goTo('household')} />
    </PageFrame>
  );
}
