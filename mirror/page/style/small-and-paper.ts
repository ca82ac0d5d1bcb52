/** The style for phones, on which a row of the matrix becomes a list, for paper, and for forced colours. */
export const SMALL_AND_PAPER = `
@media (max-width:40rem){
form{position:static}form input[type=search]{flex-basis:100%}form>label kbd{display:none}html{scroll-padding-top:.5rem}
h1{font-size:1.35rem}.verdict,article,.reason{padding-inline:.9rem}.facts{gap:.5rem 1.5rem}.chip{min-height:2.6rem}
.command{flex-direction:column;align-items:stretch}.command pre{max-height:12rem}article .command pre{white-space:pre-wrap;max-height:5.2rem}button{min-height:2.8rem}
th,td{padding:.45rem .8rem}
.tall{max-height:none}
.cards{width:auto}.matrix.cards tr{display:block}.cards th,.cards td{display:block}
.tall .cards tbody tr{contain-intrinsic-size:auto 0 auto 8rem}
.matrix.cards thead{position:absolute;clip-path:inset(50%);height:1px;overflow:hidden}
.cards tr{border-bottom:1px solid var(--line);padding:.5rem 0}.cards tbody tr:last-child{border-bottom:0}
.cards th,.cards td{border:0;padding-block:.25rem}
.cards th:first-child{position:static}
.cards td{position:relative;padding-left:10.5rem;min-height:1.9rem}
.cards td::after{content:attr(data-t);content:attr(data-t)/"";position:absolute;left:.8rem;width:9rem;top:.25rem;color:var(--soft);font-weight:400}
.timeline tr{display:grid;grid-template-columns:repeat(3,auto) 1fr;padding:.4rem 0;border-bottom:1px solid var(--line)}.timeline tbody th,.timeline td.bars,.timeline th.bars{grid-column:1/-1;width:auto;max-width:none}.timeline th,.timeline td{border:0;padding-block:.1rem}
.timeline thead th:first-child{display:none}
}
@media print{
:root{--ground:#fff;--panel:#fff;--line:#999;--text:#000;--soft:#333;--link:#000;--failed:#000;--deferred:#000;--missing:#000;--stale:#000;--synced:#000;--inSync:#000;--none:#000;--failed-tint:#fff;--deferred-tint:#fff}
body{max-width:none;padding:0;font-size:11px}form,button,nav{display:none!important}article .command pre{white-space:pre-wrap}.wide,.tall{overflow:visible;max-height:none;contain:none}.command pre{max-height:none}article,tr{break-inside:avoid}
.matrix th:first-child,.matrix thead{position:static}.matrix{width:auto}.matrix tr{grid-template-columns:2fr;grid-auto-columns:minmax(0,1fr)}svg,h1::before{print-color-adjust:exact;-webkit-print-color-adjust:exact}
}
@media (forced-colors:active){h1::before{border:1px solid}.chip:has(:checked){outline:2px solid}}
`
