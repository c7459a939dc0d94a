/** Where the style of the hub's pages is served: a file of our own origin, as the content security policy wants. */
export const STYLE_PATH = '/hub-page.css';

/** The style of the hub's pages. */
export const STYLE = `body { font: 1.125rem/1.7 "Noto Sans JP", "Hiragino Sans", system-ui, sans-serif; color: #1a1a1c; background: #f8f8fb; margin: 0; }
header { display: flex; justify-content: space-between; align-items: center; background: #00118f; color: #fff; padding: 0.5rem 1.5rem; }
header p { margin: 0; font-weight: 700; }
header a { color: #fff; padding: 0.75rem; min-height: 1.5rem; }
main { max-width: 68rem; margin: 0 auto; padding: 1rem 1.5rem 2rem; }
h1 { font-size: 1.75rem; margin: 0.5rem 0; }
h2 { font-size: 1.375rem; margin: 0 0 0.5rem; }
.columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(20rem, 1fr)); gap: 1.5rem; }
section { background: #fff; border: 1px solid #767676; border-radius: 8px; padding: 1.25rem; }
ol { margin: 0 0 1rem; padding-left: 1.5rem; }
.code svg { display: block; width: min(100%, 18rem); height: auto; margin: 0 auto; }
.addresses { list-style: none; padding: 0; margin: 0; font-family: ui-monospace, monospace; font-weight: 700; overflow-wrap: anywhere; }
.city { border-left: 8px solid; padding: 0.5rem 0.75rem; margin: 0 0 1rem; }
.city strong { display: block; }
.good { border-color: #197a4b; background: #e6f5ec; }
.warning { border-color: #b78f00; background: #fbf5e0; }
p.warning:not(.city) { border-left: 8px solid #b78f00; padding: 0.5rem 0.75rem; }
dl { margin: 0; }
dl div { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 1rem; border-bottom: 1px solid #cccccc; padding: 0.5rem 0; }
dt { color: #333; }
dd { margin: 0; font-weight: 700; }
.small { font-size: 1rem; color: #333; }
.button { display: inline-block; min-height: 1.75rem; padding: 0.5rem 1.25rem; border: 1px solid #0017c1; border-radius: 8px; background: #fff; color: #0017c1; font: inherit; font-weight: 700; text-decoration: none; cursor: pointer; }
.button-main { background: #0017c1; color: #fff; }
.actions { display: flex; flex-wrap: wrap; gap: 1rem; align-items: center; margin: 1rem 0 0; }
label { display: block; font-weight: 700; margin: 0 0 0.5rem; }
input[type="file"] { font: inherit; max-width: 100%; }
p.good { border-left: 8px solid #197a4b; padding: 0.5rem 0.75rem; }
button:focus-visible, input:focus-visible { outline: 4px solid #000; outline-offset: 2px; }
a:focus-visible { outline: 4px solid #000; border-radius: 4px; outline-offset: 2px; }
header a:focus-visible { outline-color: #fff; }
`;
