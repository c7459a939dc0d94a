/** The page at `/`: the way to the two others, in Japanese and English. */
export function landingPage(cityName: string): string {
  const city = cityName.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
  return `<!doctype html>
<html lang="ja">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${city} 避難所受付</title>
<style>
body { font: 1.125rem/1.8 "Noto Sans JP", "Hiragino Sans", system-ui, sans-serif; color: #1a1a1c; background: #f8f8fb; margin: 0; }
main { max-width: 40rem; margin: 0 auto; padding: 2rem 1rem; }
h1 { font-size: 1.75rem; }
a { display: block; background: #fff; border: 1px solid #767676; border-radius: 8px; padding: 1rem 1.25rem; margin: 1rem 0; color: #0017c1; font-weight: 700; }
a:focus-visible { outline: 4px solid #000; outline-offset: 2px; }
a span { display: block; font-weight: 400; color: #1a1a1c; }
</style>
</head>
<body>
<main>
<h1>${city} 避難所受付</h1>
<a href="/card/">避難所受付カードをつくる<span lang="en">Resident card</span></a>
<a href="/hq/">災害対策本部(職員用)<span lang="en">Headquarters (staff)</span></a>
</main>
</body>
</html>
`;
}
