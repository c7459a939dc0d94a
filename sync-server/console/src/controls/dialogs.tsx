import type { ApiError } from '@uketsuke/shared/contracts';
import type { ReactNode } from 'react';
import { Button, Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { ActionButton } from './action-button.tsx';
import { FailureNotice } from './notice.tsx';

/** A dialog over the page; closes by Escape unless `mustAnswer`. */
export function Popup(props: {
  readonly heading: string;
  readonly onClose: () => void;
  readonly role?: 'dialog' | 'alertdialog';
  readonly mustAnswer?: boolean;
  readonly children: ReactNode;
}) {
  return (
    <ModalOverlay
      className="overlay"
      isOpen
      isKeyboardDismissDisabled={props.mustAnswer ?? false}
      onOpenChange={(open) => {
        if (!open) props.onClose();
      }}
    >
      <Modal className="modal">
        <Dialog className="dialog" role={props.role ?? 'dialog'}>
          <Heading slot="title" level={2}>
            {props.heading}
          </Heading>
          {props.children}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

/** Asks before something that cannot be taken back. */
export function ConfirmDialog(props: {
  readonly heading: string;
  readonly explanation: string;
  readonly action: string;
  readonly danger?: boolean;
  readonly busy: boolean;
  readonly failure: ApiError | undefined;
  readonly onConfirm: () => void;
  readonly onCancel: () => void;
}) {
  const { t } = useTranslation();
  return (
    <Popup heading={props.heading} onClose={props.onCancel} role="alertdialog">
      <p>{props.explanation}</p>
      {props.failure && <FailureNotice failure={props.failure} />}
      <div className="actions">
        <Button className="button" onPress={props.onCancel} autoFocus>
          {t('cancel')}
        </Button>
        <ActionButton
          className={`button ${props.danger ? 'button-danger-main' : 'button-main'}`}
          busy={props.busy}
          onPress={props.onConfirm}
        >
          {props.action}
        </ActionButton>
      </div>
    </Popup>
  );
}
