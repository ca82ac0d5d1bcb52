/**
 * The style of tables: the matrix, with the symbols of outcomes, the timeline and the sums. Rows of the matrix are grids,
 * because a browser can leave out those that are off the screen, which rows of tables do not allow.
 * https://drafts.csswg.org/css-contain-2/#content-visibility
 */
export const TABLES = `
.wide{overflow-x:auto;margin:.5rem 0 1.2rem;background:var(--panel);border:1px solid var(--line);border-radius:10px;contain:layout paint}
.tall{max-height:88vh;overflow:auto}
table{border-collapse:separate;border-spacing:0;min-width:100%}
caption{text-align:left;font-weight:600;padding:.7rem 1rem .2rem}
th,td{text-align:left;vertical-align:top;padding:.5rem 1rem;border-bottom:1px solid var(--line);font-weight:400}
tbody tr:last-child>*{border-bottom:0}
thead th{font-weight:600;font-size:.9em;color:var(--soft);vertical-align:bottom;white-space:nowrap}
.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.matrix{width:max-content;min-width:100%}
.matrix,.matrix thead,.matrix tbody{display:block}
.matrix tr{display:grid;grid-template-columns:minmax(18rem,2.5fr);grid-auto-flow:column;grid-auto-columns:minmax(10rem,1fr)}
.tall tbody tr{content-visibility:auto;contain-intrinsic-size:auto 0 auto 3.7rem}
.matrix thead{position:sticky;top:0;z-index:2}
.matrix thead th{align-content:end;white-space:normal;background:var(--panel)}
.matrix th:first-child{position:sticky;left:0;background:var(--panel);z-index:1}
.matrix tbody tr:hover>*{background:var(--ground)}
.matrix small{display:block}
.image{font-weight:600}
.matrix ul{margin:.3rem 0 .4rem;padding-left:1.1rem}
.matrix li small{display:inline}
summary{cursor:pointer;color:var(--soft);width:fit-content}
.to{font-weight:700}
td.failed,span.failed,td.failed a{color:var(--failed)}
td.deferred,span.deferred,td.deferred a{color:var(--deferred)}
td.interrupted,span.interrupted{color:var(--none)}
td.missing,span.missing{color:var(--missing)}td.stale,span.stale{color:var(--stale)}td.synced,span.synced{color:var(--synced)}td.inSync,span.inSync{color:var(--inSync)}
td.failed{font-weight:600}td.failed small{font-weight:400}
.matrix td.failed{background:var(--failed-tint)}.matrix td.deferred{background:var(--deferred-tint)}
td.none{color:var(--soft)}
.warned,.warned summary{color:var(--deferred)}
td.failed::before,span.failed::before{content:"\\2715  ";content:"\\2715  "/""}
td.deferred::before,span.deferred::before{content:"\\25F7  ";content:"\\25F7  "/""}
td.interrupted::before,span.interrupted::before{content:"\\25CB  ";content:"\\25CB  "/""}
td.missing::before,span.missing::before{content:"\\2205  ";content:"\\2205  "/""}
td.stale::before,span.stale::before{content:"\\2260  ";content:"\\2260  "/""}
td.synced::before,span.synced::before{content:"\\2191  ";content:"\\2191  "/""}
td.inSync::before,span.inSync::before{content:"\\2713  ";content:"\\2713  "/""}
td.none::before{content:"\\2013  ";content:"\\2013  "/""}
.timeline th,.timeline td{padding-block:.35rem}
.timeline tbody th{width:30%;min-width:16rem}.timeline th small{display:block}
.timeline td{vertical-align:middle}.timeline td.bars,.timeline th.bars{width:50%;min-width:14rem;vertical-align:middle}
.ends{display:flex;justify-content:space-between;gap:1rem;font-weight:400}
svg{display:block;width:100%;height:14px}
td svg{background:linear-gradient(var(--line),var(--line)) center/100% 1px no-repeat}
.waiting{fill:var(--soft);background:var(--soft)}.queued{fill:var(--deferred);background:var(--deferred)}.copying{fill:var(--synced);background:var(--synced)}
.key{display:inline-block;width:1rem;height:2px;margin-right:.4rem;vertical-align:middle}
.key.queued{height:6px}.key.copying{height:12px}
.sums td,.targets th{white-space:nowrap}.sums tbody th{min-width:12rem}.targets{max-width:46rem}
.sums{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,34rem),1fr));gap:0 1rem;align-items:start}
`
