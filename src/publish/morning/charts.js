// Coverage, trends, distributions. A colour never stands alone: every cell and point has its figure.
const named = names => names.filter(Boolean).join(' ');
/** From orange (nobody) over pale to blue (everybody); dark ink is legible on all of it. */
function tint(part) {
  const mix = (a, b, x) => a.map((v, i) => Math.round(v + (b[i] - v) * x));
  const [low, middle, high] = [[244, 166, 112], [250, 243, 226], [158, 202, 232]];
  return 'rgb(' + (part < .5 ? mix(low, middle, part * 2) : mix(middle, high, part * 2 - 1)).join(',') + ')';
}
function heatCell(cell, where) {
  if (!cell) return h('td', { title: t('heat.unasked', where) }, '–');
  const [found, unreadable, missing] = cell, all = found + unreadable + missing;
  return h('td', { title: t('heat.cell', where, all, found + unreadable, unreadable, missing), style: 'background:' + tint(all ? found / all : 0) }, (found + unreadable) + '/' + all, unreadable > 0 && h('span', { class: 'small' }, ' ✕' + unreadable));
}

section('coverage', () => {
  const H = PAGE.heat;
  if (!H.rows.length) return h('p', { class: 'empty' }, t('heat.none'));
  return [
    h('p', { class: 'soft small' }, t('heat.about'), ' ', [0, .5, 1].map(p => h('span', { class: 'key', style: 'background:' + tint(p) }, p * 100 + ' %'))),
    H.elsewhere > 0 && h('p', { class: 'small' }, t('heat.elsewhere', count(H.elsewhere))),
    h('div', { class: 'tools' },
      search('heat-text', t('filter.region'), state.heatText, v => { state.heatText = v; state.heatRows = 30; drawHeat(); }),
      select(t('sort'), [['gap', t('heat.gap')], ['code', t('heat.code')]], state.heatSort, v => { state.heatSort = v; drawHeat(); })),
    h('div', { id: 'heat-table' }, heatTable()),
  ];
});
const drawHeat = () => document.getElementById('heat-table').replaceChildren(...heatTable().filter(Boolean));
function heatTable() {
  const H = PAGE.heat, text = state.heatText.trim().toLowerCase();
  const rows = H.rows.filter(r => !text || (named(r.names) + r.code).toLowerCase().includes(text));
  // Townships missing in the newest year that is asked.
  const gap = r => { const c = r.cells.filter(Boolean).pop(); return c ? c[1] + c[2] : 0; };
  if (state.heatSort === 'gap') rows.sort((a, b) => gap(b) - gap(a) || (a.code < b.code ? -1 : 1));
  const sums = H.years.map((_, y) => rows.reduce((s, r) => r.cells[y] ? (s || [0, 0, 0]).map((v, i) => v + r.cells[y][i]) : s, null));
  return [
    h('p', { class: 'small', role: 'status' }, t('heat.count', count(rows.length))),
    h('div', { class: 'scroll' }, h('table', { class: 'heat' },
      h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, t('heat.region')), H.years.map(y => h('th', { scope: 'col' }, y)))),
      h('tbody', {}, h('tr', { class: 'all' }, h('th', { scope: 'row' }, t('heat.all')), sums.map((c, y) => heatCell(c, t('heat.all') + ' ' + H.years[y]))),
        rows.slice(0, state.heatRows).map(r => h('tr', {}, h('th', { scope: 'row' }, named(r.names)), r.cells.map((c, y) => heatCell(c, named(r.names) + ' ' + H.years[y]))))))),
    more(state.heatRows, rows.length, () => { state.heatRows += 200; drawHeat(); }),
  ];
}

const SIGNS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
/** The figures of a text that `packed` in trends.rs wrote; missing ones are null. */
function unpacked(text, n) {
  const out = [];
  let at = 0;
  const number = () => {
    for (let value = 0, weight = 1; ; weight *= 32) {
      const sign = SIGNS.indexOf(text[at++]);
      value += sign % 32 * weight;
      if (sign < 32) return value;
    }
  };
  while (at < text.length) {
    if (text[at] === '*') { at++; for (let times = number() - 1, last = out[out.length - 1]; times > 0; times--) out.push(last); }
    else if (text[at] === '.') { at++; out.push(null); }
    else if (text[at] === '!') { const end = text.indexOf('!', at + 1); out.push(Number(text.slice(at + 1, end))); at = end + 1; }
    else out.push(number());
  }
  while (out.length < n) out.push(null);
  return out;
}
// An indicator's name is its row and its column: 不予公开·属于国家秘密：自然人; refused: state secret, natural persons.
const split = name => { const at = Math.max(name.lastIndexOf('：'), -1); return at < 0 ? [name, ''] : [name.slice(0, at), name.slice(at + 1)]; };
const splitEn = name => { const at = name.lastIndexOf(', '); return at < 0 ? [name, ''] : [name.slice(0, at), name.slice(at + 2)]; };
const rowKey = i => INDICATORS[i][1] + split(INDICATORS[i][3])[0];
const rowName = i => zh() ? split(INDICATORS[i][3])[0] : splitEn(INDICATORS[i][4])[0];
const inUnit = i => (zh() ? '（' : ' (') + word('unit', INDICATORS[i][2]) + (zh() ? '）' : ')');
/** By table: whether all its figures have one unit. */
const oneUnit = [0, 1, 2].map(table => new Set(INDICATORS.filter(i => i[1] === table).map(i => i[2])).size === 1);
const leafName = i => (zh() ? split(INDICATORS[i][3])[1] : splitEn(INDICATORS[i][4])[1]) || rowName(i);

section('trends', () => {
  const T = PAGE.trends, s = state.trend;
  if (!T.levels.some(l => l.regions.length)) return h('p', { class: 'empty' }, t('trends.none'));
  const [provinces, cities, counties] = T.levels.map(l => l.regions);
  if (s.indicator === undefined) {
    s.indicator = Math.max(0, INDICATORS.findIndex(i => i[0] === PAGE.trend_first[0]));
    Object.assign(s, { province: '', city: '', county: '' });
    if (provinces.length) s.province = provinces[0].names[0] || '';
  }
  const set = patch => { Object.assign(s, patch); redraw('trends'); };
  const inProvince = r => (r.names[0] || '') === s.province, inCity = r => inProvince(r) && (r.names[1] || '') === s.city;
  const all = list => [...new Set(list)];
  const provinceNames = all([...provinces, ...cities, ...counties].map(r => r.names[0] || ''));
  const cityNames = cities.filter(inProvince).map(r => r.names[1] || '').filter(Boolean);
  const countyNames = counties.filter(inCity).map(r => r.names[2] || '').filter(Boolean);
  const region = s.county ? counties.find(r => inCity(r) && r.names[2] === s.county) : s.city ? cities.find(inCity) : provinces.find(inProvince);
  const ofTable = INDICATORS.map((_, i) => i).filter(i => INDICATORS[i][1] === INDICATORS[s.indicator][1]);
  const firsts = ofTable.filter((i, n) => ofTable.findIndex(j => rowKey(j) === rowKey(i)) === n);
  const left = T.levels.filter(l => l.left_out > 0);
  return [
    h('p', { class: 'soft small' }, t('trends.about')),
    left.length > 0 && h('p', { class: 'warn small verdict' }, left.map(l => t('trends.left', count(l.left_out), t('level.' + l.level), 'rollup_' + l.level + '.parquet')).join(t('and'))),
    h('div', { class: 'tools', id: 'trend-region' },
      select(t('level.province'), provinceNames.map(n => [n, n || '–']), s.province, v => set({ province: v, city: '', county: '' })),
      select(t('level.city'), [['', t('trends.whole')], ...cityNames.map(n => [n, n])], s.city, v => set({ city: v, county: '' })),
      select(t('level.county'), [['', t('trends.whole')], ...countyNames.map(n => [n, n])], s.county, v => set({ county: v }))),
    h('div', { class: 'tools', id: 'trend-indicator' },
      select(t('trends.table'), [0, 1, 2].map(n => [n, t('table.' + n)]), INDICATORS[s.indicator][1], v => set({ indicator: INDICATORS.findIndex(i => i[1] === Number(v)) })),
      select(t('trends.row'), firsts.map(i => [i, rowName(i)]), firsts.find(i => rowKey(i) === rowKey(s.indicator)), v => set({ indicator: Number(v) })),
      select(t('trends.column'), ofTable.filter(i => rowKey(i) === rowKey(s.indicator)).map(i => [i, leafName(i)]), s.indicator, v => set({ indicator: Number(v) }))),
    region ? trendChart(region, s.indicator) : h('p', { class: 'empty' }, t('trends.no_region')),
  ];
});

function trendChart(region, indicator) {
  const years = PAGE.trends.years, n = years.length;
  const of = text => unpacked(text, INDICATORS.length * n).slice(indicator * n, indicator * n + n);
  const sums = of(region.sums), without = of(region.without), owns = region.own ? of(region.own) : sums.map(() => null);
  const unit = word('unit', INDICATORS[indicator][2]), name = INDICATORS[indicator][zh() ? 3 : 4];
  const values = [...sums, ...owns].filter(v => v !== null);
  const editions = INDICATORS[indicator][5];
  const heading = h('h3', {}, named(region.names) + ' · ' + name + inUnit(indicator));
  const only = editions.length === 1 && h('p', { class: 'small soft' }, t('trends.edition', EDITIONS[editions[0]]));
  if (!values.length) return [heading, only, h('p', { class: 'empty' }, t('trends.nobody'))];
  const narrow = matchMedia('(max-width: 640px)').matches;
  const [W, H, L, R, U, D] = narrow ? [370, 240, 78, 4, 24, 48] : [760, 280, 84, 16, 24, 48], inset = narrow ? 18 : 36;
  const top = nice(Math.max(1, ...values)), low = Math.min(0, ...values);
  const x = i => n === 1 ? (L + W - R) / 2 : L + inset + i * (W - L - R - 2 * inset) / (n - 1), y = v => H - D - (v - low) / (top - low) * (H - U - D);
  const line = (list, color, dash) => {
    const parts = [];
    list.forEach((v, i) => { if (v !== null) parts.push((i > 0 && list[i - 1] !== null ? 'L' : 'M') + x(i).toFixed(1) + ' ' + y(v).toFixed(1)); });
    return svg('path', { d: parts.join(' ') || 'M0 0', fill: 'none', stroke: color, 'stroke-width': 2.5, 'stroke-dasharray': dash });
  };
  // Where the figures would touch each other the table below has them.
  const roomy = (W - L - R - 2 * inset) / Math.max(1, n - 1) > Math.max(...values.map(v => figure(v).length)) * 7.5;
  const text = (i, v, color, dy) => roomy && svg('text', { x: x(i), y: y(v) + dy, 'text-anchor': 'middle', style: 'fill:' + color }, figure(v));
  const reported = i => { const p = region.townships[i]; return p ? p[0] + (p[1] >= 0 ? '/' + p[1] : '') : '–'; };
  // Of how many townships a sum is, and whether more than those have reported.
  const inSum = i => sums[i] === null || !region.townships[i] ? null : region.townships[i][0] - without[i];
  const fewer = i => inSum(i) !== null && without[i] > 0;
  const below = i => inSum(i) === null ? reported(i) : inSum(i) + '/' + reported(i);
  const chart = svg('svg', { viewBox: `0 0 ${W} ${H}`, role: 'img', 'aria-label': named(region.names) + ' ' + name },
    svg('text', { x: L - 8, y: 12, 'text-anchor': 'end' }, unit),
    [0, .25, .5, .75, 1].map(p => low + p * (top - low)).map(v => [svg('line', { x1: L, x2: W - R, y1: y(v), y2: y(v), stroke: '#d8dee5' }), svg('text', { x: L - 8, y: y(v) + 4, 'text-anchor': 'end' }, figure(v))]),
    years.map((year, i) => [svg('text', { x: x(i), y: H - D + 20, 'text-anchor': 'middle' }, year), svg('text', { x: x(i), y: H - D + 38, 'text-anchor': 'middle', style: 'fill:#56616e;font-size:' + (narrow ? 10 : 11.5) + 'px' + (fewer(i) ? ';fill:#8a4b08;font-weight:700' : '') }, below(i))]),
    line(sums, '#1f4e79'), line(owns, '#8a4b08', '6 4'),
    sums.map((v, i) => v !== null && [svg('circle', { cx: x(i), cy: y(v), r: 4, fill: fewer(i) ? '#fff' : '#1f4e79', stroke: '#1f4e79', 'stroke-width': 2 }, svg('title', {}, years[i] + ': ' + figure(v) + (fewer(i) ? ' · ' + t('trends.fewer', inSum(i), region.townships[i][0]) : ''))), text(i, v, '#1f4e79', -9)]),
    owns.map((v, i) => v !== null && [svg('rect', { x: x(i) - 4, y: y(v) - 4, width: 8, height: 8, fill: '#8a4b08' }, svg('title', {}, years[i] + ': ' + figure(v))), text(i, v, '#8a4b08', 19)]));
  const legend = h('p', { class: 'small' }, h('span', { style: 'color:#1f4e79' }, '● ' + t('trends.sum')), '　', region.own && h('span', { style: 'color:#8a4b08' }, '■ ' + t('trends.own')), '　', h('span', { class: 'soft' }, t('trends.below')), sums.some((_, i) => fewer(i)) && ['　○ ▲ ', t('trends.part')]);
  const row = (title, cells) => h('tr', {}, h('th', { scope: 'row' }, title), cells.map(c => h('td', { class: 'number' }, c)));
  const table = h('div', { class: 'scroll' }, h('table', {}, h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, unit), years.map(v => h('th', { scope: 'col', class: 'number' }, v)))),
    h('tbody', {}, row(t('trends.sum'), sums.map(figure)), row(t('trends.of'), sums.map((_, i) => inSum(i) === null ? '–' : inSum(i) + (fewer(i) ? ' ▲' : ''))), region.own && row(t('trends.own'), owns.map(figure)), row(t('trends.reported'), years.map((_, i) => reported(i))))));
  return [heading, only, legend, chart, table];
}
function nice(v) {
  const power = 10 ** Math.floor(Math.log10(v));
  return [1, 2, 4, 5, 8, 10].map(k => k * power).find(k => k >= v) || v;
}

matchMedia('(max-width: 640px)').addEventListener('change', () => redraw('trends'));

section('spread', () => h('div', { class: 'spreads' }, [...PAGE.spread, ['problem', Object.entries(PAGE.totals.problems).sort((a, b) => b[1] - a[1])]].map(([key, rows]) => {
  const most = Math.max(1, ...rows.map(r => r[1])), of = key === 'problem' ? 'code' : key;
  return h('div', {}, h('h3', {}, t('spread.' + key)), rows.slice(0, 12).map(([value, n]) => h('div', { class: 'bar', title: value }, h('span', { class: 'small' }, word(of, value)), h('i', { style: 'width:' + (n / most * 100).toFixed(1) + '%' }), h('span', { class: 'small' }, count(n)))),
    rows.length > 12 && h('p', { class: 'soft small' }, t('spread.rest', rows.length - 12)), !rows.length && h('p', { class: 'empty' }, '–'));
})));
