/**
 * The style of the page, as text: light and dark, for screens of any width, and for paper. Each outcome has a symbol
 * besides its colour. Text has a contrast of at least 4.5 to 1 (WCAG 2.2, AA).
 */
export const STYLE = `
:root{color-scheme:light dark;--ground:#fff;--raised:#f6f7f9;--line:#d5d9e0;--text:#1b1f26;--soft:#565e6b;--link:#0b57b0;
--failed:#b3261e;--deferred:#8a5300;--missing:#7a3fa0;--stale:#7a3fa0;--synced:#0b57b0;--inSync:#1d6b3a;--mark:#fdeceb}
@media (prefers-color-scheme:dark){:root{--ground:#14171c;--raised:#1d2128;--line:#3a404b;--text:#e8eaee;--soft:#a9b1bf;--link:#8ab8ff;
--failed:#ff9a91;--deferred:#f2b44d;--missing:#d5a6f5;--stale:#d5a6f5;--synced:#8ab8ff;--inSync:#7ed39b;--mark:#3a1c1a}}
*{box-sizing:border-box}
[hidden]{display:none!important}
body{margin:0 auto;max-width:90rem;padding:1rem clamp(.75rem,3vw,2rem) 4rem;background:var(--ground);color:var(--text);
font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
h1{font-size:1.7rem;line-height:1.25;margin:.1rem 0 .4rem}
h2{font-size:1.2rem;margin:2rem 0 .6rem}
h2.rerun{font-size:1rem;margin:1rem 0 .3rem}
h3{font-size:1rem;margin:0;overflow-wrap:anywhere}
p{margin:.3rem 0}
a{color:var(--link)}
small{font-size:.8rem;color:var(--soft)}
code,pre,kbd{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.85em}
code{overflow-wrap:anywhere}
kbd{border:1px solid var(--line);border-radius:3px;padding:0 .35em}
:focus-visible{outline:3px solid var(--link);outline-offset:1px}
.product{color:var(--soft);font-size:.85rem;margin:0}
.note{color:var(--soft)}
.cut{border-left:4px solid var(--deferred);background:var(--raised);padding:.4rem .7rem}
article{border:1px solid var(--line);border-left:4px solid var(--deferred);border-radius:4px;padding:.7rem .9rem;margin:.6rem 0;background:var(--raised)}
article.failed{border-left-color:var(--failed)}
article:target{outline:3px solid var(--link)}
article ul{margin:.3rem 0;padding-left:1.2rem}
.place{color:var(--soft);overflow-wrap:anywhere}
.cause{white-space:pre-line;overflow-wrap:anywhere}
article ul.logs{list-style:none;padding:0}.logs li{display:inline-block;margin-right:1rem}
article .command pre{white-space:nowrap}
.command{display:flex;gap:.5rem;align-items:flex-start;margin-top:.5rem}
.command pre{flex:1;min-width:0;margin:0;padding:.5rem .7rem;max-height:9rem;overflow:auto;white-space:pre-wrap;overflow-wrap:anywhere;background:var(--ground);border:1px solid var(--line);border-radius:4px}
button{font:inherit;padding:.35rem .8rem;min-width:5.5rem;min-height:2.2rem;border:1px solid var(--line);border-radius:4px;background:var(--ground);color:var(--link);cursor:pointer}
form{position:sticky;top:0;z-index:3;display:flex;flex-wrap:wrap;gap:.4rem 1rem;align-items:center;margin-top:1.5rem;padding:.6rem 0;background:var(--ground);border-bottom:1px solid var(--line)}
form input[type=search]{font:inherit;flex:1 1 16rem;min-width:0;padding:.4rem .6rem;color:inherit;background:var(--raised);border:1px solid var(--soft);border-radius:4px}
fieldset{display:flex;flex-wrap:wrap;gap:.3rem .9rem;margin:0;padding:0;border:0;align-items:center}
legend{float:left;padding:0;margin-right:.3rem;color:var(--soft)}
fieldset label{display:inline-flex;gap:.3rem;align-items:center;min-height:1.8rem}
output{color:var(--soft)}
.tally span{margin-right:1rem}
.wide{overflow-x:auto;margin:.5rem 0 1.2rem}
table{border-collapse:collapse;min-width:min(100%,30rem)}
caption{text-align:left;font-weight:600;padding:.3rem 0}
th,td{text-align:left;vertical-align:top;padding:.35rem .8rem .35rem 0;border-bottom:1px solid var(--line);font-weight:400}
thead th{font-weight:600;white-space:nowrap}
tbody th{overflow-wrap:anywhere}
.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.matrix{min-width:100%}
.matrix th:first-child{position:sticky;left:0;background:var(--ground);min-width:14rem;max-width:34rem;z-index:1}
.matrix tbody tr:hover>*{background:var(--raised)}
.matrix td{white-space:nowrap}
.matrix small{display:block}
.image{font-weight:600;overflow-wrap:anywhere}
.matrix ul{margin:.2rem 0 .4rem;padding-left:1rem;white-space:normal}
.matrix li small{display:inline}
summary{cursor:pointer;color:var(--soft);width:fit-content}
.to{font-weight:700}
.running{color:var(--link)}
small.running::before{content:"\\25B6  ";content:"\\25B6  "/""}
td.failed,span.failed,td.failed a{color:var(--failed)}
td.deferred,span.deferred,td.deferred a{color:var(--deferred)}
td.missing,span.missing{color:var(--missing)}td.stale,span.stale{color:var(--stale)}td.synced,span.synced{color:var(--synced)}td.inSync,span.inSync{color:var(--inSync)}
td.failed{font-weight:600}
td.none{color:var(--soft)}
.warned,.warned summary{color:var(--deferred)}
td.failed::before,span.failed::before{content:"\\2715  ";content:"\\2715  "/""}
td.deferred::before,span.deferred::before{content:"\\25F7  ";content:"\\25F7  "/""}
td.missing::before,span.missing::before{content:"\\2205  ";content:"\\2205  "/""}
td.stale::before,span.stale::before{content:"\\2260  ";content:"\\2260  "/""}
td.synced::before,span.synced::before{content:"\\2191  ";content:"\\2191  "/""}
td.inSync::before,span.inSync::before{content:"\\2713  ";content:"\\2713  "/""}
td.none::before{content:"\\2013  ";content:"\\2013  "/""}
.timeline{width:100%}
.timeline th{max-width:20rem;min-width:9rem}
.timeline td{width:70%;min-width:14rem}
.timeline small{display:block}
svg{display:block;width:100%;height:14px;background:var(--raised)}
.waiting{fill:var(--soft);background:var(--soft)}.queued{fill:var(--deferred);background:var(--deferred)}.copying{fill:var(--synced);background:var(--synced)}
.key{display:inline-block;width:1.2rem;height:2px;margin:0 .1rem 0 .8rem;vertical-align:middle}
.key.queued{height:6px}.key.copying{height:12px}
@media (max-width:40rem){body{font-size:14px}form{position:static}.matrix th:first-child{position:static;min-width:11rem}.command{flex-direction:column;align-items:stretch}.timeline td{width:auto}}
@media print{:root{--ground:#fff;--raised:#fff;--line:#999;--text:#000;--soft:#333;--link:#000;--failed:#000;--deferred:#000;--missing:#000;--stale:#000;--synced:#000;--inSync:#000}
form,button{display:none!important}article .command pre{white-space:pre-wrap}.tally{display:block!important}.wide{overflow:visible}.command pre{max-height:none}article,tr{break-inside:avoid}
.matrix th:first-child{position:static}svg{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
`
