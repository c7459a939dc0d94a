/** The words of the hub's page in Japanese. */
export const ja = {
  title: '避難所のハブ',
  heading: '{{shelter}} のハブ',
  lead: 'この避難所の受付どうしを中継するハブです。本部につながらない間も、名簿を共有できます。',
  connectHeading: '受付端末をつなぐ',
  steps: [
    '受付端末を、このハブと同じWi-Fiか有線LANにつなぎます。',
    '受付端末で「ハブ(避難所内の中継)」の画面を開きます。',
    '下のQRコードを受付端末のカメラにかざします。',
  ],
  codeLabel: 'ハブのQRコード',
  byHand: 'QRコードを読めないときは、このアドレスを入力してください。',
  onlyHere: 'このハブはLANにつながっていません。Wi-Fiか有線LANにつないで、ハブを開始し直してください。',
  stateHeading: '今の状態',
  city: '本部のサーバー',
  cityStates: {
    connected: 'つながっています。',
    connecting: 'つないでいます。',
    unreachable: 'つながりません。受付はそのまま続けられます。つながると自動で送ります。',
    failing: '本部のサーバーの調子が悪いようです。自動でもう一度試します。',
    strange: '本部のサーバーではないものが応答しています。Wi-Fiのログイン画面が出ていないか確かめてください。',
    refused: '本部のサーバーがこのハブを受け付けません。災害対策本部に知らせてください。受付はそのまま続けられます。',
  },
  pending: '本部へ未送信の記録',
  pendingUnknown: '数えています',
  pendingCount: '{{count}} 件',
  oldest: '一番古い未送信の記録',
  lastExchange: '本部との最後の通信',
  never: '開始後まだありません',
  events: 'このハブが持つ記録',
  kiosks: 'つながっている受付端末',
  kiosksCount: '{{count}} 台',
  refresh: 'この画面は10秒ごとに新しくなります。',
  otherLanguage: 'English',
};

/** What every language must say. */
export type HubWords = typeof ja;
