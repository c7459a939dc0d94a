import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ConfirmDialog } from './confirm-dialog.tsx';

/** Deletes the card and the entries from this device, after asking. */
export function ForgetButton({ onForget }: { readonly onForget: () => void }) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState(false);
  return (
    <>
      <button
        type="button"
        className="button button-danger button-wide"
        data-testid="forget"
        onClick={() => setAsking(true)}
      >
        {t('card.forget')}
      </button>
      <ConfirmDialog
        title={t('forget.title')}
        confirm={t('forget.confirm')}
        cancel={t('forget.cancel')}
        isOpen={asking}
        onConfirm={onForget}
        onClose={() => setAsking(false)}
      >
        <p>{t('forget.text')}</p>
        <p>{t('forget.textRevokeFirst')}</p>
      </ConfirmDialog>
    </>
  );
}
