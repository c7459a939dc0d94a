import { contextBridge, ipcRenderer } from 'electron';
import { HOST_CALL_CHANNEL, HOST_NEWS_CHANNEL } from './host-call-channel.ts';

// The page sees two functions. What goes through them is checked on both sides (host-messages.ts).
contextBridge.exposeInMainWorld('uketsukeHost', {
  call: (message: unknown): Promise<unknown> => ipcRenderer.invoke(HOST_CALL_CHANNEL, message),
  listen: (onNews: (news: unknown) => void): void => {
    ipcRenderer.on(HOST_NEWS_CHANNEL, (_event, news: unknown) => onNews(news));
  },
});
