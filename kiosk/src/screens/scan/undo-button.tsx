import type { EventId } from '@uketsuke/shared/identifiers';
import { useEffect, useState } from 'react';
import { Button, Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import type { RecentAdmission } from '../../desk/desk-view.ts';
import { Icon } from '../icons.tsx';
import { formatMoment } from '../times.ts';

interface UndoButtonProps {
  readonly recent: readonly RecentAdmission[];
  readonly now: () => number;
  readonly onUndo: (shown: EventId) => void;
}

/**
 * Takes back the last admission after asking. The question opens with the focus on "cancel", and closes by itself when
 * another admission comes, so that never another one is undone than the one shown.
 */
export function UndoButton({ recent, now, onUndo }: UndoButtonProps) {
  const { t } = useTranslation();
  const last = recent.find((admission) => !admission.voided);
  const [asked, setAsked] = useState<RecentAdmission | null>(null);
  useEffect(() => {
    if (asked !== null && asked.eventId !== last?.eventId) setAsked(null);
  }, [asked, last]);

  return (
    <>
      <Button
        className="button undo-open"
        data-testid="undo"
        isDisabled={last === undefined}
        onPress={() => setAsked(last ?? null)}
      >
        <Icon name="undo" />
        {t('undo.open')}
      </Button>
      <ModalOverlay
        className="overlay"
        isOpen={asked !== null}
        onOpenChange={(open) => !open && setAsked(null)}
        isDismissable
      >
        <Modal className="dialog">
          <Dialog role="alertdialog">
            {asked !== null && (
              <UndoQuestion
                admission={asked}
                now={now}
                onCancel={() => setAsked(null)}
                onConfirm={() => {
                  setAsked(null);
                  onUndo(asked.eventId);
                }}
              />
            )}
          </Dialog>
        </Modal>
      </ModalOverlay>
    </>
  );
}

function UndoQuestion(props: {
  readonly admission: RecentAdmission;
  readonly now: () => number;
  readonly onCancel: () => void;
  readonly onConfirm: () => void;
}) {
  const { t, i18n } = useTranslation();
  const { admission, now } = props;
  const names = admission.names.map((name) => t('common.sir', { name: name.written })).join(t('common.listSeparator'));
  return (
    <>
      <Heading slot="title">{t('undo.title')}</Heading>
      <p className="dialog-text">
        {t('undo.lead', { names, time: formatMoment(admission.admittedAt, i18n.language, now()) })}
      </p>
      <div className="dialog-buttons">
        <Button className="button" autoFocus onPress={props.onCancel}>
          {t('common.cancel')}
        </Button>
        <Button className="button button-danger" data-testid="undo-confirm" onPress={props.onConfirm}>
          <Icon name="undo" />
          {t('undo.confirm')}
        </Button>
      </div>
    </>
  );
}
