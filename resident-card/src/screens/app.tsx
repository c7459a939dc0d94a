import { useState } from 'react';
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
import { useCardRequests } from './use-card-requests.ts';
import { WelcomeScreen } from './welcome-screen.tsx';

/** The whole app: picks the screen by the place in the address and by whether there is a card. */
export function App() {
  return <Screen keeper={useCardKeeper()} />;
}

function Screen({ keeper }: { readonly keeper: CardKeeper }) {
  const { memory } = useSurroundings();
  const place = usePlace();
  const { requests, finished } = useCardRequests(keeper, place);
  const [received, setReceived] = useState(false);
  const { reading } = keeper;

  const onReceived = () => {
    memory.dropDraft();
    setReceived(true);
    goTo('home', { replace: true });
  };

  if (reading.kind === 'unreadable') return <UnreadableScreen reason={reading.reason} onForget={keeper.forget} />;
  const card = reading.kind === 'card' ? reading.card : undefined;
  if (place === 'household') {
    // Anew when a card came meanwhile, which the draft then changes.
    return (
      <LaterHouseholdScreen key={finished} card={card} keeper={keeper} requests={requests} onReceived={onReceived} />
    );
  }
  if (card === undefined) return <WelcomeScreen />;

  const usable = card.lastState.state !== 'revoked';
  if (usable && place === 'show') return <ShowScreen card={card} />;
  if (usable && place === 'print-wallet') return <PrintWalletScreen card={card} />;
  if (usable && place === 'print-sheet') return <PrintSheetScreen card={card} />;

  return (
    <PageFrame>
      <CardScreen
        card={card}
        keeper={keeper}
        justReceived={received || finished > 0}
        onChange={() => goTo('household')}
      />
    </PageFrame>
  );
}
