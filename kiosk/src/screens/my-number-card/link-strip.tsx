import { useState } from 'react';
import { Button, Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import type { CardFlow } from '../../my-number-card/card-flow.ts';
import type { CardStrip } from '../../my-number-card/card-panels.ts';
import { Icon } from '../icons.tsx';

/** What is offered below the result while the card lies on the reader: to register it, or to take that back. */
export function LinkStrip({ strip, flow }: { readonly strip: CardStrip; readonly flow: CardFlow }) {
  const { t } = useTranslation();
  switch (strip.show) {
    case 'offer-link':
      return <Offer names={strip.names} flow={flow} />;
    case 'registered':
      return <Registered flow={flow} />;
    case 'linked':
    case 'unlinked':
      return <Note show={strip.show} words={t(`myNumber.strip.${strip.show}`)} isBad={false} />;
    case 'failed':
      return <Note show={strip.show} words={t(`myNumber.strip.failed.${strip.reason}`)} isBad />;
  }
}

function Note(props: { readonly show: string; readonly words: string; readonly isBad: boolean }) {
  return (
    <p
      className={`link-strip link-strip-note ${props.isBad ? 'link-strip-bad' : ''}`}
      role="status"
      data-testid="link-strip"
      data-show={props.show}
    >
      <Icon name={props.isBad ? 'warning' : 'check'} />
      {props.words}
    </p>
  );
}

function Offer({ names, flow }: { readonly names: readonly string[]; readonly flow: CardFlow }) {
  const { t } = useTranslation();
  const [working, setWorking] = useState(false);
  const people = names.map((name) => t('common.sir', { name })).join(t('common.listSeparator'));
  return (
    <section
      className="link-strip"
      aria-label={t('myNumber.strip.offer')}
      data-testid="link-strip"
      data-show="offer-link"
    >
      <div className="link-strip-words">
        <h3>{t('myNumber.strip.offer')}</h3>
        <p>{t('myNumber.strip.offerHint', { names: people })}</p>
      </div>
      <div className="link-strip-buttons">
        <Button
          className="button button-main"
          data-testid="link-card"
          isDisabled={working}
          onPress={() => {
            setWorking(true);
            void flow.link();
          }}
        >
          {t('myNumber.strip.link')}
        </Button>
        <Button className="button" data-testid="link-decline" isDisabled={working} onPress={() => flow.dismiss()}>
          {t('myNumber.strip.decline')}
        </Button>
      </div>
    </section>
  );
}

function Registered({ flow }: { readonly flow: CardFlow }) {
  const { t } = useTranslation();
  const [asked, setAsked] = useState(false);
  return (
    <div className="link-strip link-strip-note" data-testid="link-strip" data-show="registered">
      <Icon name="chip" />
      <p>{t('myNumber.strip.registered')}</p>
      <Button className="button" data-testid="unlink-card" onPress={() => setAsked(true)}>
        {t('myNumber.strip.unlink')}
      </Button>
      <ModalOverlay className="overlay" isOpen={asked} onOpenChange={setAsked} isDismissable>
        <Modal className="dialog">
          <Dialog role="alertdialog">
            <Heading slot="title">{t('myNumber.strip.unlinkTitle')}</Heading>
            <p className="dialog-text">{t('myNumber.strip.unlinkLead')}</p>
            <div className="dialog-buttons">
              <Button className="button" autoFocus onPress={() => setAsked(false)}>
                {t('common.cancel')}
              </Button>
              <Button
                className="button button-danger"
                data-testid="unlink-confirm"
                onPress={() => {
                  setAsked(false);
                  void flow.unlink();
                }}
              >
                {t('myNumber.strip.unlink')}
              </Button>
            </div>
          </Dialog>
        </Modal>
      </ModalOverlay>
    </div>
  );
}
