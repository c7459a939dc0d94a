import { useEffect, useRef } from 'react';
import { Button } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import type { HubChoice } from '../../hub/hub-choice.ts';
import type { BundleExport } from '../../usb/bundle-export.ts';
import { HubSection, type ShownHubCode } from '../hub/hub-section.tsx';
import { ScannerSection } from '../scanner/scanner-section.tsx';
import { ScrollArea } from '../scroll-area.tsx';
import { UsbSection } from '../usb/usb-section.tsx';

interface SettingsPanelProps {
  readonly hub: HubChoice;
  readonly bundles: BundleExport;
  readonly shownHubCode: ShownHubCode | null;
  /** While a result is shown, the panel waits behind it with all that was entered. */
  readonly isHidden: boolean;
  readonly onClose: () => void;
}

/** What is set seldom, beside the camera: the desk goes on taking cards meanwhile. */
export function SettingsPanel({ hub, bundles, shownHubCode, isHidden, onClose }: SettingsPanelProps) {
  const { t } = useTranslation();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    heading.current?.focus();
  }, []);
  return (
    <div className="settings" data-testid="settings" hidden={isHidden}>
      <div className="settings-head">
        <h2 ref={heading} tabIndex={-1}>
          {t('settings.title')}
        </h2>
        <p className="hint">{t('settings.receptionGoesOn')}</p>
        <Button className="button" data-testid="settings-close" onPress={onClose}>
          {t('settings.close')}
        </Button>
      </div>
      <ScrollArea className="settings-scroll" label={t('settings.title')}>
        <HubSection hub={hub} shown={shownHubCode} />
        <UsbSection bundles={bundles} />
        <ScannerSection />
      </ScrollArea>
    </div>
  );
}
