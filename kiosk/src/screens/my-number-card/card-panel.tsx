import { Button } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import type { CardFlow } from '../../my-number-card/card-flow.ts';
import type { AskingReason, CardPanel, CardTrouble, CardWay } from '../../my-number-card/card-panels.ts';
import { Icon } from '../icons.tsx';
import { SamePerson } from '../scan/same-person.tsx';
import { DigitEntry } from './digit-entry.tsx';
import { Frame } from './panel-frame.tsx';

/** What is to be done with the card on the reader, in place of "show a card". */
export function MyNumberCardPanel(props: {
  readonly panel: CardPanel;
  readonly flow: CardFlow;
  readonly now: () => number;
}) {
  const { panel, flow, now } = props;
  switch (panel.show) {
    case 'reading':
      return <Reading />;
    case 'choose':
      return <Choose why={panel.why} flow={flow} />;
    case 'entry':
      return <DigitEntry key={panel.way} entry={panel} flow={flow} />;
    case 'same-person':
      return <SamePerson doubts={panel.doubts} onAnswer={(answers) => void flow.answer(answers)} now={now} />;
    case 'blocked':
      return <Blocked way={panel.way} flow={flow} />;
    case 'trouble':
      return <Trouble trouble={panel.trouble} />;
  }
}

function Reading() {
  const { t } = useTranslation();
  return (
    <Frame show="reading" look="note" icon="chip" title={t('myNumber.reading.title')}>
      <p className="my-number-next">{t('myNumber.reading.next')}</p>
    </Frame>
  );
}

function Choose({ why, flow }: { readonly why: AskingReason; readonly flow: CardFlow }) {
  const { t } = useTranslation();
  const look = why === 'not-linked' ? 'note' : 'attention';
  return (
    <Frame show="choose" detail={why} look={look} icon="chip" title={t(`myNumber.choose.${why}`)}>
      <p className="my-number-lead">{t(`myNumber.choose.hint.${why}`)}</p>
      <Ways without={null} canLink={why === 'not-linked'} flow={flow} />
    </Frame>
  );
}

function Blocked({ way, flow }: { readonly way: CardWay; readonly flow: CardFlow }) {
  const { t } = useTranslation();
  return (
    <Frame show="blocked" detail={way} look="bad" icon="lock" title={t(`myNumber.blocked.${way}.title`)}>
      <p className="my-number-next">{t(`myNumber.blocked.${way}.next`)}</p>
      <p className="my-number-lead">{t('myNumber.blocked.others')}</p>
      <Ways without={way} canLink={false} flow={flow} />
    </Frame>
  );
}

/** The ways in, but for one that is shut. */
function Ways(props: { readonly without: CardWay | null; readonly canLink: boolean; readonly flow: CardFlow }) {
  const { t } = useTranslation();
  const { without, canLink, flow } = props;
  return (
    <div className="my-number-ways">
      {without !== 'pin' && (
        <WayButton way="pin" title={t('myNumber.choose.pin')} hint={t('myNumber.choose.pinHint')} flow={flow} />
      )}
      {without !== 'pin-b' && (
        <WayButton way="pin-b" title={t('myNumber.choose.pinB')} hint={t('myNumber.choose.pinBHint')} flow={flow} />
      )}
      <div className="my-number-way my-number-way-qr">
        <Icon name="camera" />
        <p>
          <strong>{t('myNumber.choose.qr')}</strong>
          <span>{t(canLink ? 'myNumber.choose.qrHint' : 'myNumber.choose.qrHintOnly')}</span>
        </p>
      </div>
    </div>
  );
}

function WayButton(props: {
  readonly way: CardWay;
  readonly title: string;
  readonly hint: string;
  readonly flow: CardFlow;
}) {
  const { way, title, hint, flow } = props;
  return (
    <Button className="button my-number-way" data-testid={`my-number-way-${way}`} onPress={() => void flow.choose(way)}>
      <Icon name={way === 'pin' ? 'keypad' : 'card'} />
      <span className="my-number-way-words">
        <strong>{title}</strong>
        <span>{hint}</span>
      </span>
    </Button>
  );
}

function Trouble({ trouble }: { readonly trouble: CardTrouble }) {
  const { t } = useTranslation();
  const look = trouble === 'untrusted' || trouble === 'no-anchors' ? 'bad' : 'attention';
  const words = `myNumber.trouble.${trouble}` as const;
  return (
    <Frame show="trouble" detail={trouble} look={look} icon="warning" title={t(`${words}.title`)}>
      <p className="my-number-next">{t(`${words}.next`)}</p>
    </Frame>
  );
}
