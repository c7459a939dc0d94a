import { useRef, useState } from 'react';
import { Button, Group } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { Icon } from '../icons.tsx';

/** Digits to press on the screen, in an order that watchers do not know where that is wanted. */
export function DigitPad(props: {
  /** What stands on the card for all to see need not be hidden from watchers. */
  readonly canShuffle: boolean;
  readonly isDisabled: boolean;
  readonly onDigit: (digit: string) => void;
  readonly onBackspace: () => void;
  readonly onClear: () => void;
}) {
  const { t } = useTranslation();
  const [order, setOrder] = useState<readonly string[] | null>(null);
  const sorted = useRef([...'1234567890']).current;
  const [last, ...others] = [...(order ?? sorted)].reverse();
  const key = (digit: string) => (
    <Button
      key={digit}
      className="button pin-key"
      data-testid={`my-number-key-${digit}`}
      excludeFromTabOrder
      preventFocusOnPress
      isDisabled={props.isDisabled}
      onPress={() => props.onDigit(digit)}
    >
      {digit}
    </Button>
  );
  return (
    <Group className="digit-pad" aria-label={t('unlock.digits')}>
      <div className="pin-pad">
        {others.reverse().map(key)}
        <Button
          className="button pin-key digit-word"
          preventFocusOnPress
          isDisabled={props.isDisabled}
          onPress={props.onClear}
        >
          {t('myNumber.entry.clear')}
        </Button>
        {last !== undefined && key(last)}
        <Button
          className="button pin-key"
          aria-label={t('unlock.backspace')}
          preventFocusOnPress
          isDisabled={props.isDisabled}
          onPress={props.onBackspace}
        >
          <Icon name="backspace" />
        </Button>
      </div>
      {props.canShuffle && (
        <Button
          className="button digit-shuffle"
          data-testid="my-number-shuffle"
          onPress={() => setOrder((before) => (before === null ? shuffled(sorted) : null))}
        >
          {t(order === null ? 'myNumber.entry.shuffle' : 'myNumber.entry.unshuffle')}
        </Button>
      )}
    </Group>
  );
}

/** The digits in an order that whoever watches the fingers cannot know (Fisher–Yates). */
function shuffled(digits: readonly string[]): readonly string[] {
  const order = [...digits];
  for (let at = order.length - 1; at > 0; at -= 1) {
    const other = (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) % (at + 1);
    const [left = '', right = ''] = [order[at], order[other]];
    order[at] = right;
    order[other] = left;
  }
  return order;
}
