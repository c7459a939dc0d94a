import { useEffect, useMemo, useRef, useSyncExternalStore } from 'react';
import { Button, Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { type CameraState, ScanCamera } from '../../devices/camera.ts';
import { Icon } from '../icons.tsx';

const SURFACE_ID = 'camera-surface';
/** html5-qrcode's fallback decodes at the size the picture is laid out; it is scaled to the panel after that. */
const SURFACE_WIDTH = 1280;

export interface DeskCamera {
  readonly state: CameraState;
  readonly choose: (cameraId: string) => void;
  readonly setTorch: (on: boolean) => void;
  readonly restart: () => void;
}

/** The desk's camera, running as long as the screen is shown. `onCodes` must not change. */
export function useScanCamera(onCodes: (texts: readonly string[]) => boolean): DeskCamera {
  const camera = useMemo(() => new ScanCamera(SURFACE_ID, { onCodes, memory: localStorage }), [onCodes]);
  const state = useSyncExternalStore(camera.subscribe, camera.snapshot);
  useEffect(() => {
    camera.start();
    return () => camera.stop();
  }, [camera]);
  return useMemo(
    () => ({
      state,
      choose: (cameraId) => camera.choose(cameraId),
      setTorch: (on) => void camera.setTorch(on),
      restart: () => camera.restart(),
    }),
    [camera, state],
  );
}

/** The live picture, and what can be set of the camera. */
export function CameraPanel({ camera }: { readonly camera: DeskCamera }) {
  const { t } = useTranslation();
  const { phase, fault, torch, cameras } = camera.state;
  const view = useRef<HTMLDivElement>(null);
  useScaleToWidth(view);

  return (
    <div className="camera">
      <div className="camera-view" ref={view} data-testid="camera" data-phase={phase} data-fault={fault ?? undefined}>
        <div className="camera-stage">
          <div id={SURFACE_ID} className="camera-surface" />
        </div>
        {phase === 'running' && <span className="camera-frame" aria-hidden="true" />}
        <div className="camera-notice" role="status">
          {phase === 'starting' && <p>{t('camera.starting')}</p>}
          {phase === 'failed' && fault !== null && (
            <>
              <Icon name="camera" />
              <p className="camera-fault">{t(`camera.fault.${fault}.title`)}</p>
              <p>{t(`camera.fault.${fault}.next`)}</p>
              <p>{t('camera.scannerWorks')}</p>
            </>
          )}
        </div>
      </div>
      <div className="camera-tools">
        {phase === 'failed' && (
          <Button className="button" data-testid="camera-retry" onPress={camera.restart}>
            {t('common.retry')}
          </Button>
        )}
        {cameras.length > 0 && <CameraChoiceMenu camera={camera} />}
        {torch !== null && (
          <Button className="button" onPress={() => camera.setTorch(!torch)}>
            <Icon name="light" />
            {t(torch ? 'camera.torchOff' : 'camera.torchOn')}
          </Button>
        )}
      </div>
    </div>
  );
}

function CameraChoiceMenu({ camera }: { readonly camera: DeskCamera }) {
  const { t } = useTranslation();
  const { cameras, cameraId } = camera.state;
  const labels = new Map(
    cameras.map(({ id, label }, index) => [id, label === '' ? t('camera.unnamed', { number: index + 1 }) : label]),
  );
  const current = cameraId === null ? undefined : labels.get(cameraId);
  return (
    <MenuTrigger>
      <Button className="button camera-choice" data-testid="camera-choice">
        <Icon name="camera" />
        <span className="camera-choice-name">
          {t('camera.choose')}
          {current !== undefined && `: ${current}`}
        </span>
      </Button>
      <Popover className="menu-popover" placement="bottom start">
        <Menu
          className="menu"
          aria-label={t('camera.choose')}
          selectionMode="single"
          disallowEmptySelection
          selectedKeys={cameraId === null ? [] : [cameraId]}
          onAction={(id) => camera.choose(String(id))}
        >
          {[...labels].map(([id, label]) => (
            <MenuItem key={id} id={id} className="menu-item" textValue={label}>
              {label}
            </MenuItem>
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}

/** Tells the style sheet how much smaller the panel is than the picture's layout. */
function useScaleToWidth(view: React.RefObject<HTMLDivElement | null>): void {
  useEffect(() => {
    const element = view.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => {
      element.style.setProperty('--camera-scale', String((element.clientWidth + 4) / SURFACE_WIDTH));
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [view]);
}
