import type { ReactNode } from 'react';
import { Button, Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';

interface ConfirmDialogProps {
  readonly title: string;
  readonly children: ReactNode;
  readonly confirm: string;
  readonly cancel: string;
  readonly isOpen: boolean;
  readonly isWorking?: boolean;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

/** Asks before something that cannot be undone. The harmless answer is focused first. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { title, children, confirm, cancel, isOpen, isWorking = false, onConfirm, onClose } = props;
  return (
    <ModalOverlay className="dialog-ground" isOpen={isOpen} onOpenChange={(open) => !open && !isWorking && onClose()}>
      <Modal className="dialog-box">
        <Dialog role="alertdialog">
          <Heading slot="title">{title}</Heading>
          {children}
          <div className="dialog-actions">
            <Button className="button button-wide" autoFocus isDisabled={isWorking} onPress={onClose}>
              {cancel}
            </Button>
            <Button
              className="button button-danger button-danger-main button-wide"
              data-testid="confirm"
              isDisabled={isWorking}
              onPress={onConfirm}
            >
              {confirm}
            </Button>
          </div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
