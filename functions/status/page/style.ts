/** Light values, and what they are in the dark. Contrast of text is 4.5:1 or more on every ground it stands on. */
const COLOURS: Record<string, readonly [light: string, dark: string]> = {
  ground: ['#f5f6f8', '#111418'],
  card: ['#ffffff', '#1a1f26'],
  edge: ['#d5d9e0', '#343c47'],
  text: ['#1b2028', '#e8ebef'],
  quiet: ['#58606e', '#a3adba'],
  link: ['#0b57b0', '#8ab8ff'],
  stored: ['#35855a', '#37805a'],
  empty: ['#dfe9e3', '#24352c'],
  restated: ['#1f6f9f', '#2b74a1'],
  waiting: ['#f3d27a', '#6e5a1d'],
  overdue: ['#b4470a', '#b4551a'],
  failed: ['#b3202c', '#c93a46'],
  muted: ['#e4e7ec', '#2a313b'],
  'on-strong': ['#ffffff', '#ffffff'],
  'on-soft': ['#1b2028', '#e8ebef'],
  bar: ['#2f6fb3', '#5a9be0'],
  'bar-soft': ['#9cc0e4', '#35597f'],
  good: ['#2c7a50', '#5cc48f'],
  warning: ['#8a5800', '#f0c056'],
  problem: ['#a3131f', '#ff8f96'],
  up: ['#f6cfae', '#6b3f1f'],
  'up-strong': ['#b4470a', '#b4551a'],
  down: ['#b9d9ee', '#1f4a66'],
  'down-strong': ['#1f6f9f', '#2b74a1'],
};

const variables = (side: 0 | 1): string =>
  Object.entries(COLOURS)
    .map(([name, pair]) => `--${name}:${pair[side]}`)
    .join(';');

const RULES = `
.asc{color:var(--text);background:var(--ground);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;color-scheme:light dark}
body.asc{margin:0}
.asc *{box-sizing:border-box}
.asc a{color:var(--link)}
.asc a:focus-visible,.asc summary:focus-visible,.asc [tabindex]:focus-visible{outline:3px solid var(--link);outline-offset:2px;border-radius:3px}
.asc h1{font-size:1.15rem;margin:0}
.asc h2{font-size:1.3rem;margin:1.6rem 0 .6rem}
.asc h3{font-size:1.05rem;margin:0 0 .2rem;overflow-wrap:anywhere}
.asc .chosen h3{margin-top:1rem}
.asc h4{font-size:.95rem;margin:1rem 0 .3rem}
.asc .region h4{font-size:.85rem;margin:.6rem 0 .2rem;color:var(--quiet);font-weight:600}
.asc p{margin:.3rem 0 .7rem}
.asc .quiet{color:var(--quiet);font-size:.9em}
.asc code{font:.85em ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;overflow-wrap:anywhere;background:var(--muted);padding:.1em .3em;border-radius:3px}
.asc .top{background:var(--card);border-bottom:1px solid var(--edge);padding:.7rem 0}
.asc .top>div,.asc main,.asc footer{max-width:112rem;margin:0 auto}
.asc .top>div{padding:0 1rem;display:flex;flex-wrap:wrap;gap:.4rem 1.4rem;align-items:baseline}
.asc nav ul{display:flex;flex-wrap:wrap;gap:.2rem 1.1rem;list-style:none;margin:0;padding:0}
.asc nav a{display:inline-block;padding:.25rem 0;text-decoration:none}
.asc nav a[aria-current]{color:var(--text);font-weight:700;border-bottom:3px solid var(--link)}
.asc main{padding:1rem}
.asc footer{padding:1rem;color:var(--quiet);font-size:.85rem}
.asc .skip{position:absolute;left:-999rem}
.asc .skip:focus{left:.5rem;top:.5rem;background:var(--card);padding:.5rem;z-index:1}
.asc .visually-hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.asc .card{background:var(--card);border:1px solid var(--edge);border-radius:8px;padding:.9rem 1rem;margin:0 0 1rem;overflow-wrap:anywhere}
.asc .card>h2:first-child{margin-top:0}
.asc .attention{border-left:6px solid var(--problem)}
.asc .calm{border-left:6px solid var(--good)}
.asc .chosen{border:2px solid var(--link)}
.asc .grid{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(15rem,100%),1fr));gap:1rem;margin-top:1rem}
.asc .grid .card{margin:0}
.asc .grid.charts{grid-template-columns:repeat(auto-fill,minmax(min(17.5rem,100%),1fr))}
.asc .grid.wide{grid-template-columns:repeat(auto-fit,minmax(min(26rem,100%),1fr))}
.asc .grid.calendars{display:block;columns:27rem;column-gap:1rem}
.asc .calendars .card{break-inside:avoid;margin-bottom:1rem}
.asc .calendars .long{column-span:all}
.asc .big{font-size:1.7rem;font-variant-numeric:tabular-nums}
.asc .opening{display:flex;flex-direction:column;gap:1rem;margin-bottom:1rem}
.asc .opening .side,.asc .opening .main{display:contents}
.asc .todo{order:1}.asc .money{order:2}.asc .facts{order:3}.asc .trend{order:4}.asc .subscriptions{order:5}.asc .mrr{order:6}.asc .effects{order:7}
.asc .opening .card{margin:0}
.asc .money{display:grid;gap:1rem;align-content:start}
.asc .money h2.visually-hidden{margin:0}
.asc .card h3 .quiet{font-weight:400}
.asc .facts dl{display:block;margin:0}
.asc .facts dl div{display:grid;grid-template-columns:5.2rem 1fr;gap:.2rem .8rem;padding:.35rem 0;border-top:1px solid var(--edge)}
.asc .facts dl div:first-child{border-top:0}
.asc .problem-text{color:var(--problem)}
.asc .move{white-space:nowrap;font-variant-numeric:tabular-nums}
.asc .rise{color:var(--good)}.asc .drop{color:var(--problem)}
.asc .sum{font-weight:700;font-variant-numeric:tabular-nums}
.asc .plain{font-size:.95rem}
.asc .plain th,.asc .plain td{padding:.28rem .4rem}
.asc .plain tr>:first-child{padding-left:0}.asc .plain tr>:last-child{padding-right:0}
.asc .plain tbody tr:last-child>*{border-bottom:0}
.asc .plain thead th{position:static;font-weight:400;font-size:.85rem}
.asc .plain tbody th{min-width:2.5rem}
.asc .chart{display:block;width:100%;height:auto;margin-top:.5rem}
.asc .chart text{font-size:10px;fill:var(--quiet)}
.asc .chart .peak{fill:var(--text);font-weight:600}
.asc .chart .grid-line{stroke:var(--edge);stroke-width:1}
.asc .chart .bar{fill:var(--bar)}.asc .chart .weekend{fill:var(--bar-soft)}
.asc .currency{margin-bottom:1.6rem}
.asc .currency>h3{font-size:1.15rem;margin:1.2rem 0 .3rem}
.asc .currency-body{display:grid;gap:1rem;align-items:start}
.asc .currency-body>.card{margin:0}
.asc .currency-body .grid{margin-top:0;grid-template-columns:repeat(auto-fit,minmax(min(17.5rem,100%),1fr))}
.asc details.currency{margin-bottom:.5rem}
.asc details.currency .currency-body{margin-top:.6rem}
.asc details.currency>summary{font-size:1.1rem}
.asc .main h2{margin-top:.6rem}
.asc .side h2,.asc .main .card h2{margin-top:0}
.asc h2 .quiet{font-weight:400;font-size:.9rem}
.asc .card table+table,.asc .card details+table{margin-top:1rem}
.asc .tag{border:1px solid var(--edge);border-radius:3px;padding:0 .3em;font-size:.8em;color:var(--quiet)}
.asc .legend{display:flex;flex-wrap:wrap;gap:.35rem 1.1rem;list-style:none;margin:0 0 .9rem;padding:0;font-size:.9rem;align-items:center}
.asc .legend .cell,.asc .legend .tile{display:inline-flex;vertical-align:middle}
.asc .calendar{display:flex;flex-wrap:wrap;gap:.7rem 1.1rem;margin:.7rem 0}
.asc .block{display:grid;grid-template-columns:auto 1fr;column-gap:4px}
.asc .block h4{grid-column:1/-1}
.asc .labels{display:grid;grid-template-rows:repeat(7,22px);row-gap:3px;padding-top:16px;font-size:10px;line-height:22px;color:var(--quiet)}
.asc .week-labels{display:grid;grid-auto-flow:column;grid-auto-columns:22px;column-gap:3px;height:16px;font-size:10px;line-height:14px;text-align:center;color:var(--quiet)}
.asc .cell.long{width:auto;min-width:22px;padding:0 5px;font-weight:600;font-size:11px}
.asc .calendar h4{margin:0 0 .25rem;font-size:.8rem;color:var(--quiet);font-weight:600}
.asc .calendar ol{list-style:none;margin:0;padding:0;display:flex;flex-wrap:wrap;gap:3px}
.asc .daily ol{display:grid;grid-template-rows:repeat(7,22px);grid-auto-flow:column;grid-auto-columns:22px}
.asc .r1{grid-row-start:1}.asc .r2{grid-row-start:2}.asc .r3{grid-row-start:3}.asc .r4{grid-row-start:4}.asc .r5{grid-row-start:5}.asc .r6{grid-row-start:6}.asc .r7{grid-row-start:7}
.asc .cell{display:flex;width:22px;height:22px;align-items:center;justify-content:center;border-radius:4px;font-size:13px;font-weight:700;line-height:1;text-decoration:none;background:var(--muted);color:var(--on-soft);border:1px solid transparent}
.asc a.cell:hover{border-color:var(--text)}
.asc .stored{background:var(--stored);color:var(--on-strong)}
.asc .empty{background:var(--empty);color:var(--on-soft);border-color:var(--stored)}
.asc .restated{background:var(--restated);color:var(--on-strong)}
.asc .waiting{background:var(--waiting);color:var(--on-soft)}
.asc .overdue{background:var(--overdue);color:var(--on-strong)}
.asc .failed{background:var(--failed);color:var(--on-strong)}
.asc .due,.asc .missing{border:1px dashed var(--quiet)}
.asc .notOffered,.asc .expired{background:none;color:var(--quiet);border-color:var(--edge)}
.asc .state{display:inline-block;border-radius:4px;padding:0 .5em;font-weight:600;background:var(--muted);color:var(--on-soft);border:1px solid var(--edge)}
.asc .state.applied,.asc .state.health-well,.asc .state.stored{background:none;border-color:var(--good);color:var(--good)}
.asc .state.planned,.asc .state.sending,.asc .state.health-unknown,.asc .state.waiting{background:none;border-color:var(--warning);color:var(--warning)}
.asc .state.failed,.asc .state.unsettled,.asc .state.rejected,.asc .state.overdue,.asc .state.health-refused{background:none;border-color:var(--problem);color:var(--problem)}
.asc .findings{list-style:none;margin:.5rem 0;padding:0}
.asc .findings li{padding:.3rem 0 .3rem .7rem;border-left:4px solid var(--edge);margin:.3rem 0}
.asc .findings .problem{border-color:var(--problem)}
.asc .findings .warning{border-color:var(--warning)}
.asc .next{border:1px dashed var(--edge);border-radius:6px;padding:.5rem .7rem}
.asc dl{display:grid;grid-template-columns:minmax(6rem,max-content) 1fr;gap:.2rem 1rem;margin:.6rem 0}
.asc dt{color:var(--quiet)}
.asc dd{margin:0;min-width:0}
.asc .scroll{position:relative;overflow:auto;max-width:100%;max-height:32rem}
.asc table{border-collapse:collapse;width:100%;font-size:.9rem;overflow-wrap:normal}
.asc th,.asc td{text-align:left;padding:.3rem .6rem;border-bottom:1px solid var(--edge);vertical-align:top}
.asc thead th{color:var(--quiet);font-weight:600;white-space:nowrap;position:sticky;top:0;background:var(--card)}
.asc tbody th{font-weight:600;overflow-wrap:anywhere;min-width:6rem}
.asc .short{white-space:nowrap}
.asc .number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.asc summary{cursor:pointer;padding:.2rem 0}
.asc .history{padding-left:1.2rem}
.asc .history li{margin:.45rem 0}
.asc figure{margin:0}
.asc .age svg{display:block;width:100%;max-width:34rem;height:auto}
.asc .age figcaption{font-size:.9rem}
.asc .track{fill:var(--muted)}
.asc .age-good{fill:var(--stored)}.asc .age-warning{fill:var(--warning)}.asc .age-problem{fill:var(--failed)}
.asc .mark{stroke:var(--quiet);stroke-width:1}.asc .limit{stroke:var(--text);stroke-width:2}
.asc .tiles{display:flex;flex-wrap:wrap;gap:3px;list-style:none;margin:0;padding:0}
.asc .tile{position:relative;width:46px;height:40px;border-radius:4px;font-size:11px;line-height:1.3;text-align:center;padding-top:5px;background:var(--muted);color:var(--on-soft)}
.asc .tile.mini{width:18px;height:14px;padding:0}
.asc .tile.up{background:var(--up)}.asc .tile.up.strong{background:var(--up-strong);color:var(--on-strong)}
.asc .tile.down{background:var(--down)}.asc .tile.down.strong{background:var(--down-strong);color:var(--on-strong)}
.asc .tile.first{border:1px dashed var(--quiet)}
@media (min-width:62rem){.asc .opening.has-numbers{display:grid;grid-template-columns:minmax(0,1fr) minmax(22rem,30rem)}.asc .opening.has-numbers .side{grid-column:2;grid-row:1}.asc .opening.has-numbers .main{grid-column:1;grid-row:1}.asc .opening.has-numbers .side,.asc .opening.has-numbers .main{display:grid;gap:1rem;align-content:start}}
@media (min-width:62rem){.asc .currency-body{grid-template-columns:minmax(0,1fr) minmax(22rem,30rem)}}
@media (min-width:48rem){.asc .money{grid-template-columns:repeat(2,minmax(0,1fr))}.asc .money h2{grid-column:1/-1}}
@media (max-width:36rem){.asc .top>div{padding:0 .6rem}.asc main{padding:.6rem}.asc .card{padding:.7rem}.asc dl{grid-template-columns:1fr;gap:0}.asc dd{margin-bottom:.4rem}}
`;

/** The whole style, under one class, so that it changes nothing of a page around it. */
export const STYLE =
  `.asc{${variables(0)}}.asc.dark{${variables(1)}}@media (prefers-color-scheme:dark){.asc:not(.light){${variables(1)}}}${RULES}`.replaceAll(
    '\n',
    '',
  );
