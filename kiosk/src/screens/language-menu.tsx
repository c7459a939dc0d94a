import { LANGUAGE_NAMES } from '@uketsuke/shared/i18n';
import { Button, Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { KIOSK_LANGUAGES } from '../i18n/index.ts';
import { Icon } from './icons.tsx';

/** Switches the language of the screens. A menu: while it is closed, a scanner's keys cannot change it. */
export function LanguageMenu() {
  const { t, i18n } = useTranslation();
  const current = KIOSK_LANGUAGES.find((language) => language === i18n.language) ?? 'ja';
  return (
    <MenuTrigger>
      <Button
        className="button"
        data-testid="language"
        aria-label={`${t('common.language')}: ${LANGUAGE_NAMES[current]}`}
      >
        <Icon name="globe" />
        {LANGUAGE_NAMES[current]}
      </Button>
      <Popover className="menu-popover" placement="bottom end">
        <Menu
          className="menu"
          aria-label={t('common.language')}
          selectionMode="single"
          disallowEmptySelection
          selectedKeys={[current]}
          onAction={(language) => void i18n.changeLanguage(String(language))}
        >
          {KIOSK_LANGUAGES.map((language) => (
            <MenuItem key={language} id={language} className="menu-item" textValue={LANGUAGE_NAMES[language]}>
              <span lang={language}>{LANGUAGE_NAMES[language]}</span>
            </MenuItem>
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
