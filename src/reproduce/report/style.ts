/** The look of a report. Colours of verdicts are told apart by their words as well. */
export const style = `
:root { color-scheme: light dark; --ink: #1c2430; --muted: #5d6878; --paper: #ffffff; --line: #dfe4ea; --soft: #f5f7f9;
  --supported: #0b6e4f; --contradicted: #a3330f; --inconclusive: #5d6878; --refused: #8a5a00; --link: #0a5cad; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6eaf0; --muted: #9aa6b5; --paper: #12161c; --line: #2b333d; --soft: #1a2027;
  --supported: #4cc79a; --contradicted: #ff9a76; --inconclusive: #9aa6b5; --refused: #e0b050; --link: #7db8f5; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1080px; padding: 24px 20px 80px; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; }
h1 { font-size: 24px; line-height: 1.25; margin: 8px 0; } h2 { font-size: 20px; margin: 48px 0 8px; }
h3 { font-size: 16px; margin: 32px 0 8px; } h4 { font-size: 15px; margin: 0 0 6px; }
a { color: var(--link); } code { font: 13px/1.4 ui-monospace, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
.muted, figcaption, dt { color: var(--muted); }
.warning { border-left: 3px solid var(--refused); padding: 4px 12px; background: var(--soft); }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 14px; }
th, td { text-align: left; vertical-align: top; padding: 6px 10px 6px 0; border-bottom: 1px solid var(--line); }
.ledger { min-width: 860px; } th { font-weight: 600; white-space: nowrap; } .number { white-space: nowrap; font-variant-numeric: tabular-nums; }
th button { all: unset; cursor: pointer; } th button:focus-visible, .filters button:focus-visible { outline: 2px solid var(--link); }
th[aria-sort="ascending"] button::after { content: " ▲"; } th[aria-sort="descending"] button::after { content: " ▼"; }
.verdict { font-weight: 600; } .supported { color: var(--supported); } .contradicted { color: var(--contradicted); }
.inconclusive { color: var(--inconclusive); } .refused { color: var(--refused); }
.filters button { font: inherit; background: var(--soft); border: 1px solid var(--line); border-radius: 16px; padding: 3px 12px; cursor: pointer; }
.filters button[aria-pressed="false"] { opacity: .45; text-decoration: line-through; }
article { border-top: 1px solid var(--line); padding: 18px 0; } dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 14px; margin: 8px 0; }
dd { margin: 0; } figure { margin: 18px 0; } figure svg { max-width: 100%; height: auto; } .runs { columns: 2; font-size: 13px; }
@media (max-width: 640px) { dl { grid-template-columns: 1fr; } .runs { columns: 1; } }
@media print { details { display: none; } .filters { display: none; } article { break-inside: avoid; } }
`;
