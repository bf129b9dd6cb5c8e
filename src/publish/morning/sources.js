// Flagged reports: the lines of the file, what was claimed of them, and the figures that came of it.
section('sources', () => {
  const S = PAGE.sources;
  if (!S.length) return h('p', { class: 'empty' }, t('sources.none'));
  return [
    h('p', { class: 'soft small' }, t('sources.about'), ' ', h('mark', {}, t('sources.claimed')), ' ', h('mark', { class: 'doubt' }, t('sources.doubt'))),
    S.length < PAGE.sources_of && h('p', { class: 'small' }, t('sources.left', count(S.length), count(PAGE.sources_of))),
    S.map((s, i) => {
      const node = h('details', { id: 'source-' + i, open: state.open.has(i), ontoggle: e => { if (e.target.open) { state.open.add(i); draw(i); } else state.open.delete(i); } },
        h('summary', {}, chips(s.kinds), who(s), ' ', s.year || '', ' ', h('span', { class: 'soft path' }, s.path)), h('div', { class: 'inside' }));
      if (state.open.has(i)) node.lastChild.replaceChildren(...sourceNodes(s));
      return node;
    }),
  ];
});
const draw = i => { const inside = document.getElementById('source-' + i).lastChild; if (!inside.firstChild) inside.replaceChildren(...sourceNodes(PAGE.sources[i])); };
function openSource(i) { const node = document.getElementById('source-' + i); node.open = true; draw(i); }

function sourceNodes(s) {
  return [
    s.notes.length > 0 && h('ul', {}, s.notes.map(n => h('li', {}, note(n), ' ', h('span', { class: 'soft small' }, n[0])))),
    s.checks.length > 0 && h('ul', {}, s.checks.map(([i, left, right, blame]) => h('li', {}, h('b', {}, t('sources.fails', figure(left), figure(right))), ' ', identity(PAGE.identities[i]), ' ', h('span', { class: 'chip' }, t('blame.' + blame))))),
    s.without ? h('p', { class: 'warn verdict' }, t('without.' + s.without)) : lines(s.shown),
  ].flat(9).filter(Boolean);
}

/** The lines around those with a figure in doubt; all of them where none is, or where the reader asks for them. */
function near(all, whole) {
  const doubtful = all.map(([, , taken]) => taken.some(f => f[3]));
  if (whole || !doubtful.includes(true)) return all;
  return all.filter((_, i) => [-2, -1, 0, 1, 2].some(d => doubtful[i + d] && Math.abs(all[i + d][0] - all[i][0]) <= 2));
}

function lines(shown) {
  const box = h('div'), near_lines = near(shown.lines, false);
  const draw = whole => box.replaceChildren(...[near_lines.length < shown.lines.length && h('p', {}, h('button', { type: 'button', onclick: () => draw(!whole) }, t(whole ? 'sources.only_doubt' : 'sources.all_lines', shown.lines.length))), lineTable(shown, whole ? shown.lines : near_lines)].flat().filter(Boolean));
  draw(false);
  return box;
}

function lineTable(shown, chosen) {
  const rows = [];
  let last = 0;
  for (const [number, pieces, taken] of chosen) {
    if (last && number > last + 1) rows.push(h('tr', { class: 'gap' }, h('td', { colspan: 3 }, t('sources.gap', number - last - 1))));
    last = number;
    rows.push(h('tr', {}, h('td', { class: 'number soft' }, number),
      h('td', { class: 'text', lang: 'zh-CN' }, pieces.map(([text, kind]) => kind ? h('mark', { class: kind === 2 && 'doubt' }, text) : text)), h('td', {}, figures(taken))));
  }
  const missing = new Map();
  for (const [i] of shown.nowhere) missing.set(rowKey(i), [i, (missing.get(rowKey(i)) || [0, 0])[1] + 1]);
  return [
    rows.length > 0 && h('table', { class: 'source' }, head([{ text: t('sources.line'), number: true }, { text: t('sources.text') }, { text: t('sources.figures') }]), h('tbody', {}, rows)),
    shown.left_out > 0 && h('p', { class: 'small' }, t('sources.lines_left', shown.left_out)),
    missing.size > 0 && h('p', { class: 'small' }, h('b', {}, t('sources.missing', shown.nowhere.length)), ' ', [...missing.values()].slice(0, 40).map(([i, n]) => h('span', { class: 'figure' }, rowName(i) + ' ×' + n)), missing.size > 40 && '…'),
  ].filter(Boolean);
}

/** The figures of one line, those of a row of the form behind its name. */
function figures(taken) {
  const rows = [];
  for (const f of taken) {
    if (!rows.length || rowKey(rows[rows.length - 1][0][0]) !== rowKey(f[0])) rows.push([]);
    rows[rows.length - 1].push(f);
  }
  return rows.map(row => h('div', {}, h('span', { class: 'soft' }, rowName(row[0][0]) + (zh() ? '：' : ': ')),
    row.length > 1 && row.every(f => f[2] === null && f[1] === row[0][1]) ? h('span', { class: row[0][3] ? 'figure doubt' : 'figure' }, t('sources.whole_row', row.length, t('status.' + STATUSES[row[0][1]]))) : row.map(([i, status, value, doubt]) => h('span', { class: doubt ? 'figure doubt' : 'figure', title: INDICATORS[i][0] },
      leafName(i) + ' ', h('b', {}, value === null ? t('status.' + STATUSES[status]) : figure(value) + (oneUnit[INDICATORS[i][1]] ? '' : ' ' + word('unit', INDICATORS[i][2]))), value !== null && status > 1 && ' (' + t('status.' + STATUSES[status]) + ')')),
    row.some(f => f[4]) && h('span', { class: 'soft small' }, t('sources.unmarked'))));
}

const wanted = (navigator.languages || [navigator.language || '']).map(l => l.slice(0, 2).toLowerCase()).find(l => l === 'zh' || l === 'en');
state.lang = wanted || 'zh';
render();
const target = /^#source-(\d+)$/.exec(location.hash);
if (target && PAGE.sources[target[1]]) openSource(Number(target[1]));
