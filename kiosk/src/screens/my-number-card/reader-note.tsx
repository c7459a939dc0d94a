import { useState } from 'react';
import { Button, Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import type { CardReaderState } from '../../../host/card-reader/card-reader.ts';
import { Icon } from '../icons.tsx';

/** One line about the card reader below the camera, and what to do where it cannot be used. */
export function ReaderNote({ reader }: { readonly reader: CardReaderState }) {
  const { t } = useTranslation();
  const [asked, setAsked] = useState(false);
  const reason = reader.kind === 'unavailable' ? reader.reason : null;
  const ready = reader.kind === 'waiting' || reader.kind === 'removed-early';
  const words =
    reason === null
      ? t(ready ? 'myNumber.reader.waiting' : 'myNumber.reader.busy')
      : t(`myNumber.reader.unavailable.${reason}`);
  return (
    <div className="reader-note" data-testid="card-reader" data-state={reason ?? reader.kind}>
      <Icon name="chip" />
      <p>
        <strong>{t('myNumber.reader.title')}</strong> <span aria-live="polite">{words}</span>
      </p>
      {reason !== null && (
        <Button className="button" data-testid="card-reader-how" onPress={() => setAsked(true)}>
          {t('myNumber.reader.how')}
        </Button>
      )}
      <ModalOverlay className="overlay" isOpen={asked && reason !== null} onOpenChange={setAsked} isDismissable>
        <Modal className="dialog">
          <Dialog>
            <Heading slot="title">{t('myNumber.reader.howTitle')}</Heading>
            {reason !== null && <p className="dialog-text">{t(`myNumber.reader.reason.${reason}`)}</p>}
            <p className="dialog-text">{t('myNumber.reader.howLead')}</p>
            {reason !== null && (
              <ol className="dialog-text reader-steps">
                <li>{t(`myNumber.reader.steps.${reason}.one`)}</li>
                <li>{t(`myNumber.reader.steps.${reason}.two`)}</li>
              </ol>
            )}
            <div className="dialog-buttons">
              <Button className="button" autoFocus onPress={() => setAsked(false)}>
                {t('myNumber.reader.close')}
              </Button>
            </div>
          </Dialog>
        </Modal>
      </ModalOverlay>
    </div>
  );
}
