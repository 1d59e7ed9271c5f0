/* How the file looks, on a screen and on paper. It carries its own style, and a policy that lets nothing else in. */
export const STYLE = `
:root{color-scheme:light dark;--paper:#faf8f4;--ink:#1f2a37;--soft:#56606d;--line:#ded8cc;--work:#0f5c5c;--seal:#b8321f}
@media (prefers-color-scheme:dark){:root{--paper:#14191f;--ink:#ebe7df;--soft:#aab2bb;--line:#364049;--work:#6fc5bf;--seal:#ff8d78}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:52rem;padding:1rem;background:var(--paper);color:var(--ink);
font:1rem/1.6 system-ui,-apple-system,"PingFang SC","HarmonyOS Sans SC","Noto Sans CJK SC","Microsoft YaHei",sans-serif;
font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
h1{font-size:1.5rem}h2{margin-top:2rem;font-size:1.2rem;border-bottom:2px solid var(--work)}h3{margin:1.5rem 0 .5rem;font-size:1rem;color:var(--work)}
p{margin:.25rem 0}.soft{color:var(--soft);font-size:.875rem}
dl{display:grid;grid-template-columns:auto 1fr;gap:.25rem 1rem}dt{color:var(--soft)}dd{margin:0}
.wide{overflow-x:auto}table{width:100%;border-collapse:collapse}th,td{padding:.35rem .5rem;border-bottom:1px solid var(--line);
text-align:start;vertical-align:top}th{color:var(--soft);font-weight:400}tfoot td{font-weight:600}
article{padding:.75rem 0;border-bottom:1px solid var(--line);break-inside:avoid}
article header{display:flex;flex-wrap:wrap;gap:0 1rem;align-items:baseline;font-weight:600}
article header span{font-weight:400}.state{color:var(--soft)}
ol{margin:.25rem 0 0;padding-inline-start:1.25rem;color:var(--soft);font-size:.875rem}
.seal{display:inline-block;margin-inline-end:.25rem;padding:0 .3rem;border:2px solid var(--seal);border-radius:4px;color:var(--seal);font-weight:700}
.struck{text-decoration:line-through;opacity:.6}
.text{white-space:pre-wrap}footer{margin-top:2rem;color:var(--soft);font-size:.875rem}
@media print{:root{--paper:#fff;--ink:#000;--soft:#444;--line:#bbb;--work:#0f5c5c;--seal:#b8321f}body{max-width:none;padding:0;
font-size:10.5pt}h2,h3{break-after:avoid}thead{display:table-header-group}.wide{overflow:visible}}
@page{margin:16mm}
`

/** The hash by which the file's own policy lets this style in, and nothing else. */
export async function styleHash(): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(STYLE))
  return btoa(String.fromCharCode(...new Uint8Array(digest)))
}
