import { contextBridge, ipcRenderer } from 'electron';
import { HOST_CALL_CHANNEL } from './host-call-channel.ts';

// The page sees one function. What goes through it is checked on both sides (host-messages.ts).
contextBridge.exposeInMainWorld('uketsukeHost', {
  call: (message: unknown): Promise<unknown> => ipcRenderer.invoke(HOST_CALL_CHANNEL, message),
});
