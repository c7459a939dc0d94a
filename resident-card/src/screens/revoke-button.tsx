import { type ApiError, asApiError } from '@uketsuke/shared/contracts';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { StoredCard } from '../card/stored-card.ts';
import { useOnline } from '../device/online.ts';
import { ConfirmDialog } from './confirm-dialog.tsx';
import { FailureWords } from './failure-words.tsx';
import { useSurroundings } from './surroundings.ts';

interface RevokeButtonProps {
  readonly card: StoredCard;
  readonly onRevoked: () => void;
}

/** Makes the card useless everywhere, after asking. Needs the server. */
export function RevokeButton({ card, onRevoked }: RevokeButtonProps) {
  const { t } = useTranslation();
  const { service } = useSurroundings();
  const online = useOnline();
  const [asking, setAsking] = useState(false);
  const [working, setWorking] = useState(false);
  const [failure, setFailure] = useState<ApiError>();

  const revoke = async () => {
    setWorking(true);
    setFailure(undefined);
    try {
      await service.revoke(card);
      onRevoked();
    } catch (thrown) {
      const error = asApiError(thrown);
      if (error.code === 'card-revoked') onRevoked();
      else setFailure(error);
    } finally {
      setWorking(false);
      setAsking(false);
    }
  };

  return (
    <>
      {failure !== undefined && (
        <div className="notice notice-bad" role="alert">
          <strong>{t('revoke.failed')}</strong>
          <FailureWords failure={failure} />
        </div>
      )}
      {!online && <p className="hint">{t('revoke.offline')}</p>}
      <button
        type="button"
        className="button button-danger button-wide"
        data-testid="revoke"
        disabled={!online}
        onClick={() => setAsking(true)}
      >
        {t('card.revoke')}
      </button>
      <ConfirmDialog
        title={t('revoke.title')}
        confirm={working ? t('revoke.working') : t('revoke.confirm')}
        cancel={t('revoke.cancel')}
        isOpen={asking}
        isWorking={working}
        onConfirm={() => void revoke()}
        onClose={() => setAsking(false)}
      >
        <p>{t('revoke.text')}</p>
      </ConfirmDialog>
    </>
  );
}
