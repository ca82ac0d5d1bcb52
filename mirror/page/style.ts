/**
 * The style of the page, as text: light and dark, for screens of any width, and for paper. Each outcome has a symbol
 * besides its colour. Words of any length break, so that none makes the page wider than the screen. Text has a contrast
 * of at least 4.5 to 1 (WCAG 2.2, AA).
 */
import { SMALL_AND_PAPER } from './style/small-and-paper.ts'
import { TABLES } from './style/tables.ts'

const BASE = `
:root{color-scheme:light dark;--ground:#f4f6f9;--panel:#fff;--line:#d9dfe7;--text:#18202c;--soft:#556072;--link:#0b57b0;
--failed:#b3261e;--deferred:#854f00;--missing:#7a3fa0;--stale:#7a3fa0;--synced:#0b57b0;--inSync:#1b6a38;--none:#556072;
--failed-tint:#fdeeec;--deferred-tint:#fdf3e1}
@media (prefers-color-scheme:dark){:root{--ground:#0e1116;--panel:#161b22;--line:#2e3641;--text:#e6e9ee;--soft:#a6b0be;--link:#86b6ff;
--failed:#ff9a91;--deferred:#f0b550;--missing:#d5a6f5;--stale:#d5a6f5;--synced:#86b6ff;--inSync:#7bd198;--none:#a6b0be;
--failed-tint:#331b1b;--deferred-tint:#2d2413}}
*{box-sizing:border-box}
[hidden]{display:none!important}
html{scroll-padding-top:4.5rem}
body{margin:0 auto;max-width:92rem;padding:1rem clamp(.75rem,3vw,2rem) 4rem;background:var(--ground);color:var(--text);
font:14px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;overflow-wrap:anywhere}
h1{display:flex;align-items:center;gap:.6rem;font-size:1.6rem;line-height:1.25;letter-spacing:-.01em;margin:0}
h2{font-size:1.15rem;margin:2rem 0 .6rem}
h2.rerun{font-size:.95rem;margin:1rem 0 0}
h3,h4{font-size:1rem;margin:0}
p{margin:.25rem 0}
a{color:var(--link)}
small{font-size:.85em;color:var(--soft)}
code,pre,kbd{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.87em}
kbd{border:1px solid var(--line);border-radius:4px;padding:0 .4em;background:var(--panel)}
:focus-visible{outline:3px solid var(--link);outline-offset:2px;border-radius:4px}
.top{display:flex;flex-wrap:wrap;gap:.2rem 2rem;justify-content:space-between;align-items:baseline;margin-bottom:.6rem}
.product{color:var(--soft);margin:0}.product b{color:var(--text)}
nav ul{display:flex;flex-wrap:wrap;gap:.2rem 1.2rem;list-style:none;margin:0;padding:0}
.verdict,.group,.panel{background:var(--panel);border:1px solid var(--line);border-radius:10px}
.verdict{padding:1.1rem 1.3rem 1rem;border-top:4px solid var(--none)}
.verdict.failed{border-top-color:var(--failed)}.verdict.deferred{border-top-color:var(--deferred)}.verdict.inSync{border-top-color:var(--inSync)}
h1::before{flex:none;width:1.5em;height:1.5em;line-height:1.5em;border-radius:50%;text-align:center;font-size:.85em;color:var(--panel);background:var(--none);content:"\\2013";content:"\\2013"/""}
.failed h1::before{background:var(--failed);content:"\\2715";content:"\\2715"/""}
.deferred h1::before{background:var(--deferred);content:"\\25F7";content:"\\25F7"/""}
.inSync h1::before{background:var(--inSync);content:"\\2713";content:"\\2713"/""}
.facts{display:flex;flex-wrap:wrap;gap:.5rem 2.2rem;margin:.9rem 0}
.facts div{min-width:0}.facts dt{color:var(--soft);font-size:.85em}.facts dd{margin:0}
svg.share{height:8px;margin:.2rem 0 .5rem;border-radius:4px;overflow:hidden}
.tally{margin:0}.tally span{display:inline-block;margin-right:1.4rem}
rect.failed{fill:var(--failed)}rect.deferred{fill:var(--deferred)}rect.interrupted{fill:var(--none)}rect.missing{fill:var(--missing)}rect.stale{fill:var(--stale)}rect.synced{fill:var(--synced)}rect.inSync{fill:var(--inSync)}
#progress:not(:empty){display:flex;flex-wrap:wrap;gap:.3rem 1rem;align-items:center;margin-top:.7rem;padding:.6rem 1.3rem;background:var(--panel);border:1px solid var(--line);border-radius:10px}
progress{flex:1 1 12rem;height:.7rem;accent-color:var(--link)}
.note{color:var(--soft)}
.cut{border-left:4px solid var(--deferred);background:var(--deferred-tint);padding:.5rem .8rem;border-radius:4px;margin:.5rem 0}
.command{display:flex;gap:.5rem;align-items:flex-start;margin-top:.5rem}
.command pre{flex:1;min-width:0;margin:0;padding:.5rem .7rem;max-height:9rem;overflow:auto;white-space:pre-wrap;background:var(--ground);border:1px solid var(--line);border-radius:6px}
article .command pre{white-space:nowrap;scrollbar-width:none}
button{font:inherit;font-weight:600;padding:.3rem .9rem;min-width:5.5rem;min-height:2.2rem;border:1px solid var(--line);border-radius:6px;background:var(--panel);color:var(--link);cursor:pointer}
button:hover,.chip:hover{border-color:var(--link)}
form{position:sticky;top:0;z-index:3;display:flex;flex-wrap:wrap;gap:.5rem .9rem;align-items:center;margin-top:1rem;padding:.6rem 0;background:var(--ground);border-bottom:1px solid var(--line)}
form>label{white-space:nowrap}
form input[type=search]{font:inherit;flex:1 1 16rem;min-width:0;min-height:2.2rem;padding:.35rem .7rem;color:inherit;background:var(--panel);border:1px solid var(--soft);border-radius:6px}
fieldset{display:flex;flex-wrap:wrap;gap:.4rem;margin:0;padding:0;border:0;align-items:center;min-width:0}
legend{float:left;padding:0;margin-right:.3rem;color:var(--soft)}
fieldset:not(:has(label)){display:none}
.chip{display:inline-flex;gap:.35rem;align-items:center;min-height:2.2rem;padding:0 .8rem 0 .6rem;border:1px solid var(--line);border-radius:2rem;background:var(--panel);cursor:pointer}
.chip:has(:checked){border-color:var(--link);box-shadow:inset 0 0 0 1px var(--link)}
.chip input{margin:0;accent-color:var(--link)}
output{color:var(--soft)}
.group{margin:.7rem 0;border-left:4px solid var(--deferred);overflow:hidden}
.group.failed{border-left-color:var(--failed)}
.reason{padding:.7rem 1.1rem;background:var(--deferred-tint)}.failed>.reason{background:var(--failed-tint)}
.reason h3{color:var(--deferred)}.failed>.reason h3{color:var(--failed)}
.count{margin-left:.4rem;color:var(--soft);font-weight:400}
article{padding:.8rem 1.1rem;border-top:1px solid var(--line)}
.many article{content-visibility:auto;contain-intrinsic-size:auto none auto 9rem}
article:target{box-shadow:inset 0 0 0 3px var(--link)}
article ul{margin:.3rem 0;padding-left:1.2rem}
.place{color:var(--soft)}
.cause{white-space:pre-line}
article ul.meta{display:flex;flex-wrap:wrap;gap:.1rem 1.4rem;list-style:none;padding:0;color:var(--soft)}
.running{color:var(--link)}
.running::before{content:"\\25B6  ";content:"\\25B6  "/""}
`

export const STYLE = BASE + TABLES + SMALL_AND_PAPER
