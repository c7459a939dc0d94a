import { Button } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { CopyButton } from '../controls/copy-button.tsx';
import { Popup } from '../controls/dialogs.tsx';
import { formatFullDate } from '../time/japan-time.ts';
import { useLanguage } from '../words/language.ts';

/** An enrolment code, big enough to be read over the telephone. */
export function EnrolmentCodeDialog(props: {
  readonly shelterName: string;
  readonly code: string;
  readonly expiresAt: string;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const language = useLanguage();
  return (
    <Popup heading={t('devices.codeHeading')} onClose={props.onClose}>
      <p>{t('devices.codeExplanation', { name: props.shelterName })}</p>
      <p className="big-code" data-testid="enrolment-code">
        {props.code}
      </p>
      <p>{t('devices.codeExpires', { time: formatFullDate(props.expiresAt, language) })}</p>
      <div className="actions">
        <CopyButton text={props.code} words={t('devices.copy')} />
        <Button className="button button-main" onPress={props.onClose} autoFocus>
          {t('close')}
        </Button>
      </div>
    </Popup>
  );
}
