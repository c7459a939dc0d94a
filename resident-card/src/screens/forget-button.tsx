import { useState } from 'react';
import { Button } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { ConfirmDialog } from './confirm-dialog.tsx';

/** Deletes the card and the entries from this device, after asking. */
export function ForgetButton({ onForget }: { readonly onForget: () => void }) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Button className="button button-danger button-wide" data-testid="forget" onPress={() => setAsking(true)}>
        {t('card.forget')}
      </Button>
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
