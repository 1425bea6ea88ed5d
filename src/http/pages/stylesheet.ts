/**
 * The only stylesheet. Colours are variables, once for light and once for dark; every text has a contrast of 4.5 or more on
 * what it stands on (a test computes it). One column on a phone.
 */
export const stylesheet = `:root {
	color-scheme: light dark;
	--ground: #f7f8f7; --card: #ffffff; --text: #1b211d; --quiet: #566059; --line: #d8deda; --strong-line: #7d8a82;
	--link: #0b5f8a; --good: #146c43; --good-ground: #e2f3e9; --left: #7a4b00; --left-ground: #fbefd5;
	--bad: #a1230f; --bad-ground: #fce8e4; --calm: #47525a; --calm-ground: #e9edf0;
	--bar-good: #2b8a5c; --bar-left: #f4dcab; --bar-left-stripe: #d59a35; --bar-left-edge: #b97a10; --bar-waiting: #93a1ab; --rate: #1b211d;
	--button: #ffffff; --button-strong: #146c43; --button-strong-text: #ffffff; --focus: #0b5f8a;
}
@media (prefers-color-scheme: dark) {
	:root {
		--ground: #121614; --card: #1a201d; --text: #e8ede9; --quiet: #a3afa8; --line: #2f3833; --strong-line: #77857d;
		--link: #7cc4ee; --good: #7ddba8; --good-ground: #14341f; --left: #f2c778; --left-ground: #3a2b0c;
		--bad: #ffa797; --bad-ground: #43170f; --calm: #bcc8cf; --calm-ground: #273037;
		--bar-good: #3fa873; --bar-left: #5c4517; --bar-left-stripe: #a5782a; --bar-left-edge: #c9963f; --bar-waiting: #62717b; --rate: #e8ede9;
		--button: #232b27; --button-strong: #7ddba8; --button-strong-text: #0c1a12; --focus: #7cc4ee;
	}
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0; background: var(--ground); color: var(--text); font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
main { max-width: 76rem; margin: 0 auto; padding: 1rem 1.25rem 4rem; }
main.narrow { max-width: 26rem; padding-top: 8vh; }
main:focus { outline: none; }
h1 { font-size: 1.75rem; line-height: 1.2; letter-spacing: -.015em; margin: 1rem 0; overflow-wrap: anywhere; }
h2 { font-size: 1.2rem; line-height: 1.3; letter-spacing: -.01em; margin: 0 0 .6rem; overflow-wrap: anywhere; }
h3 { font-size: 1rem; margin: 1.4rem 0 .4rem; overflow-wrap: anywhere; }
h2 .quiet { font-size: .9rem; font-weight: 400; }
p { margin: .4rem 0; max-width: 75ch; text-wrap: pretty; overflow-wrap: anywhere; }
section { margin: 2.25rem 0 0; }
a { color: var(--link); text-underline-offset: .15em; }
a:hover { text-decoration-thickness: .12em; }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; border-radius: 2px; }
code { font: .88em ui-monospace, monospace; overflow-wrap: anywhere; }
time { white-space: nowrap; font-variant-numeric: tabular-nums; }
button, .scroll, .sign { position: relative; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip { position: absolute; left: -999rem; top: .5rem; padding: .4rem .8rem; background: var(--card); z-index: 1; }
.skip:focus { left: .5rem; }
.quiet, .hint, .sub { color: var(--quiet); }
.hint { font-size: .92rem; max-width: 84ch; margin-bottom: .7rem; }
a.sub { color: var(--link); }
.sub { display: block; font-size: .85rem; font-weight: 400; overflow-wrap: anywhere; }

.top { display: flex; flex-wrap: wrap; align-items: center; gap: .25rem 1.5rem; padding: .5rem max(1.25rem, (100% - 76rem) / 2 + 1.25rem); background: var(--card); border-bottom: 1px solid var(--line); }
.brand { margin: 0; font-weight: 650; display: flex; align-items: center; gap: .5rem; }
.lane { width: 1.4rem; height: .9rem; border-radius: .2rem; border-top: 3px solid var(--strong-line); border-bottom: 3px solid var(--strong-line); background: var(--bar-good); }
.top nav { flex: 1 1 0; min-width: min(100%, 40rem); }
.top ul, .tabs ul, .legend, .checks, .findings, .visits, .time-line { list-style: none; margin: 0; padding: 0; }
.top nav ul, .tabs ul { display: flex; flex-wrap: wrap; gap: .1rem; }
.top nav a, .tabs a { display: block; padding: .45rem .7rem; border-radius: .35rem; color: var(--quiet); font-weight: 500; text-decoration: none; }
.top nav a:hover, .tabs a:hover { background: var(--calm-ground); color: var(--text); }
.top nav a[aria-current], .tabs a[aria-current] { color: var(--text); box-shadow: inset 0 -3px 0 var(--bar-good); border-radius: .35rem .35rem 0 0; }
.account { display: flex; flex-wrap: wrap; align-items: center; gap: .75rem; font-size: .92rem; }
.tabs { margin: 1rem 0; border-bottom: 1px solid var(--line); }
.count { display: inline-block; min-width: 1.5em; padding: 0 .4em; border-radius: 1em; background: var(--calm-ground); color: var(--calm); font-size: .82rem; text-align: center; font-variant-numeric: tabular-nums; }

.state, .notice { padding: .7rem 1rem; border-radius: .4rem; border-left: 4px solid; max-width: none; }
.state.row { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; justify-content: space-between; margin: .5rem 0; }
.state.row p { margin: 0; flex: 1 1 16rem; max-width: none; }
.notice { margin: 0 0 1rem; }
.state.good, .notice.good { background: var(--good-ground); color: var(--good); border-color: var(--good); }
.state.bad, .notice.bad { background: var(--bad-ground); color: var(--bad); border-color: var(--bad); }
.state a { color: inherit; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: 1rem 1.25rem; margin-top: 1.25rem; }
h2 + .card, .standing + .card { margin-top: .75rem; }
.card > :first-child { margin-top: 0; } .card > :last-child { margin-bottom: 0; }
.card.alarm { border-color: var(--bad); box-shadow: 0 0 0 1px var(--bad); }
.empty { padding: 1.5rem; text-align: center; color: var(--quiet); border: 1px dashed var(--line); border-radius: .5rem; max-width: none; }

.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(10.5rem, 1fr)); gap: .75rem; margin: 0; }
.tile { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: .8rem 1rem; }
.tile.lead { box-shadow: inset 0 3px 0 var(--bar-good); }
.tile dt { color: var(--quiet); font-size: .92rem; }
.tile dd { margin: 0; font-size: 1.8rem; line-height: 1.3; font-weight: 600; letter-spacing: -.02em; font-variant-numeric: tabular-nums; }
.tile .sub { letter-spacing: 0; }
.tile a { color: inherit; text-decoration-thickness: 1px; text-decoration-color: var(--strong-line); text-underline-offset: .12em; }

.badge { display: inline-block; padding: .05rem .55rem; border-radius: 1rem; font-size: .85rem; font-weight: 600; white-space: nowrap; }
.badge.good { background: var(--good-ground); color: var(--good); }
.badge.left { background: var(--left-ground); color: var(--left); }
.badge.bad { background: var(--bad-ground); color: var(--bad); }
.badge.calm { background: var(--calm-ground); color: var(--calm); }
.standing { display: flex; flex-wrap: wrap; gap: .6rem 1.5rem; align-items: center; justify-content: space-between; font-size: 1.05rem; }
.standing p { margin: 0; }

.scroll { overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: .5rem; }
table { border-collapse: collapse; width: 100%; }
th, td { padding: .55rem .8rem; text-align: left; vertical-align: top; border-top: 1px solid var(--line); }
thead th { border-top: 0; color: var(--quiet); font-size: .85rem; font-weight: 600; white-space: nowrap; }
.said { overflow-wrap: anywhere; white-space: pre-wrap; }
tbody th { font-weight: 500; min-width: 15rem; overflow-wrap: anywhere; }
.numeric { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td .inline { display: block; }
.act { text-align: right; white-space: nowrap; }
.held { columns: 20rem; column-gap: 2rem; margin: .3rem 0 0; padding: 0; list-style: none; } .held li { break-inside: avoid; padding: .3rem 0; overflow-wrap: anywhere; }
tr:target, li:target { background: var(--left-ground); }

.facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(10.5rem, 1fr)); gap: .75rem 1.5rem; margin: .8rem 0; }
.facts .wide { grid-column: span 2; }
.facts dt { color: var(--quiet); font-size: .85rem; }
.facts dd { margin: 0; overflow-wrap: anywhere; }

button, input, select { font: inherit; color: var(--text); background: var(--button); border: 1px solid var(--strong-line); border-radius: .35rem; padding: .4rem .7rem; min-height: 2.5rem; }
input, select { height: 2.5rem; }
button { cursor: pointer; }
button:hover { border-color: var(--text); }
button.strong { background: var(--button-strong); border-color: var(--button-strong); color: var(--button-strong-text); font-weight: 600; }
button.danger { background: var(--bad); border-color: var(--bad); color: var(--card); }
td button, .account button { min-height: 2rem; padding: .15rem .6rem; font-size: .9rem; }
.inline { display: inline; }
.actions { display: flex; flex-wrap: wrap; gap: .75rem; align-items: center; margin: 1rem 0; max-width: none; }
.standing .actions { margin: 0; }
.downloads { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; justify-content: flex-end; margin: 1.25rem 0 .5rem; max-width: none; font-size: .92rem; }
label { display: block; font-size: .85rem; color: var(--quiet); margin-bottom: .15rem; }
.filters { display: grid; grid-template-columns: repeat(auto-fill, minmax(13rem, 1fr)); gap: .75rem 1rem; align-items: end; margin: .8rem 0; }
.filters > div { min-width: 0; }
.filters input, .filters select, .narrow input { width: 100%; }
.filters .buttons { display: flex; gap: .75rem; align-items: center; }
.filters .wide { grid-column: span 2; }
.narrow input { margin-bottom: .3rem; }
.narrow button { margin-top: .6rem; width: 100%; }
.pager { display: flex; gap: 1.25rem; margin: 1rem 0; }

.chart { margin: 0; background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: .75rem; }
.chart > svg:not(.hidden) { display: block; width: 100%; height: auto; }
.chart > svg.narrow:not(.hidden) { display: none; }
.axis { font-size: 12px; fill: var(--quiet); font-variant-numeric: tabular-nums; }
.end { text-anchor: end; } .middle { text-anchor: middle; }
.grid { stroke: var(--line); }
.bar.completed { fill: var(--bar-good); }
.bar.left { fill: url(#hatch); stroke: var(--bar-left-edge); stroke-width: 1; }
.bar.waiting { fill: var(--bar-waiting); }
.chart + .chart { margin-top: .8rem; }
.promised { stroke: var(--bad); stroke-width: 1.5; stroke-dasharray: 6 4; }
.chosen { fill: var(--bar-good); stroke: var(--card); stroke-width: 2; }
.bar.audit-right { fill: var(--bar-good); }
.bar.audit-unresolved { fill: var(--bar-waiting); }
.bar.audit-wrong { fill: var(--bad); }
.left-ground { fill: var(--bar-left); } .left-stripe { fill: var(--bar-left-stripe); }
.rate { fill: none; stroke: var(--rate); stroke-width: 2; stroke-linejoin: round; }
.rate-ground { fill: none; stroke: var(--card); stroke-width: 5; stroke-linejoin: round; opacity: .85; }
.legend { display: flex; flex-wrap: wrap; gap: .3rem 1.25rem; font-size: .9rem; padding-top: .5rem; }
.legend li { display: flex; align-items: center; gap: .4rem; }
.legend .key { width: .9rem; height: .9rem; flex: none; }
details { margin-top: .75rem; } summary { cursor: pointer; color: var(--link); padding: .3rem 0; }
.meter { display: block; width: 100%; min-width: 10.5rem; height: .55rem; margin-top: .45rem; }
.track { fill: var(--calm-ground); } .fill { fill: var(--bar-left-stripe); } .fill-alone { fill: var(--bar-left-edge); }

.tree h3 { border-top: 1px solid var(--line); padding-top: 1rem; }
.tree h3:first-child { border-top: 0; padding-top: 0; margin-top: 0; }
.checks li { display: flex; gap: .7rem; padding: .35rem 0; }
.checks li > div { flex: 1; min-width: 0; }
.checks p { margin: 0; overflow-wrap: anywhere; }
.sign { flex: none; width: 1.5rem; height: 1.5rem; border-radius: 50%; text-align: center; line-height: 1.5rem; font-weight: 700; font-size: .9rem; position: relative; }
.sign.good { background: var(--good-ground); color: var(--good); }
.sign.bad { background: var(--bad-ground); color: var(--bad); }
.margin { display: flex; flex-wrap: wrap; align-items: center; gap: .1rem .8rem; font-size: .92rem; }
.scale { width: 15rem; max-width: 100%; height: 1.4rem; flex: none; }
.scale .right { fill: var(--bar-good); opacity: .45; }
.scale .limit { stroke: var(--text); stroke-width: 2; }
.scale .value.good { fill: var(--bar-good); stroke: var(--card); stroke-width: 1.5; }
.scale .value.other { fill: none; stroke: var(--strong-line); stroke-width: 2; }
.scale .value.bad { stroke: var(--bad); stroke-width: 2.5; fill: none; }
.findings li { padding: .3rem 0; overflow-wrap: anywhere; }
.time-line { border-left: 2px solid var(--line); margin-left: .3rem; }
.time-line li { position: relative; padding: .3rem 0 .3rem 1.2rem; display: grid; grid-template-columns: 12rem 1fr; gap: 0 1rem; }
.time-line li::before { content: ""; position: absolute; left: calc(-.325rem - 1px); top: .72rem; width: .65rem; height: .65rem; border-radius: 50%; background: var(--card); border: 2px solid var(--strong-line); }
.time-line time { color: var(--quiet); font-size: .92rem; }
.time-line div { min-width: 0; overflow-wrap: anywhere; }
.visits li { padding: .2rem 0; }

@media (max-width: 40rem) {
	main { padding: .5rem .9rem 3rem; }
	h1 { font-size: 1.45rem; }
	.top { padding: .5rem .9rem; }
	.top nav { order: 3; flex-basis: 100%; }
	.top nav ul { gap: 0; margin: 0 -.5rem; }
	.top nav a { padding: .4rem .5rem; font-size: .95rem; }
	.account { margin-left: auto; }
	.tiles { grid-template-columns: 1fr 1fr; gap: .5rem; }
	.tile { padding: .6rem .75rem; } .tile dd { font-size: 1.4rem; }
	.filters { grid-template-columns: 1fr; } .filters .wide { grid-column: auto; }
	.filters[role=search] { grid-template-columns: 1fr 1fr; gap: .6rem .75rem; }
	.filters input, .filters select { padding-inline: .5rem; }
	.facts { grid-template-columns: 1fr 1fr; gap: .6rem 1rem; }
	.chart { padding: .5rem; } .chart > svg.wide:not(.hidden) { display: none; } .chart > svg.narrow:not(.hidden) { display: block; }
	.downloads { justify-content: flex-start; }
	.held { columns: 1; }
	.time-line li { grid-template-columns: 1fr; }
	.card { padding: .8rem .9rem; }
	tbody th { min-width: 9rem; }
	.account .quiet { display: none; }
	.cards thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
	.cards tr { display: flex; flex-wrap: wrap; padding: .6rem .2rem; border-top: 1px solid var(--line); }
	.cards tr:first-child { border-top: 0; }
	.cards td, .cards tbody th { flex: 1 1 100%; border: 0; padding: .12rem .6rem; text-align: left; min-width: 0; }
	.cards td:empty { display: none; } .cards .numeric { flex: 0 0 auto; } .cards .act { padding-top: .4rem; }
	.cards td[data-label]::before { content: attr(data-label) ": "; color: var(--quiet); font-size: .85rem; }
	th, td { padding: .5rem .6rem; }
}
@media print {
	.top, .skip, .pager, .actions, details { display: none; }
	body { background: none; color: #000; }
	.card { border: 1px solid #999; break-inside: avoid; }
}
@media (prefers-reduced-motion: no-preference) { a, button { transition: background-color .12s, border-color .12s; } }
`;
