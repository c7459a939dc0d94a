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
          <button type="button" className="button button-main button-wide" onClick={() => window.location.reload()}>
            {t('unreadable.reload')}
          </button>
        ) : (
          <ForgetButton onForget={onForget} />
        )}
      </div>
    </PageFrame>
  );
}
