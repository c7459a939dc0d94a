import { Button } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { ForgetButton } from './forget-button.tsx';
import { PageFrame } from './page-frame.tsx';

interface UnreadableScreenProps {
  readonly reason: 'newer' | 'damaged';
  readonly onForget: () => void;
}

/** What this device stored as its card cannot be read. */
export function UnreadableScreen({ reason, onForget }: UnreadableScreenProps) {
  const { t } = useTranslation();
  return (
    <PageFrame>
      <div className="stack">
        <h1>{t(reason === 'newer' ? 'unreadable.titleNewer' : 'unreadable.titleDamaged')}</h1>
        <p className="notice notice-caution">{t(`unreadable.${reason}`)}</p>
        {reason === 'newer' ? (
          <Button className="button button-main button-wide" onPress={() => window.location.reload()}>
            {t('unreadable.reload')}
          </Button>
        ) : (
          <ForgetButton onForget={onForget} />
        )}
      </div>
    </PageFrame>
  );
}
