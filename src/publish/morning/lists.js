// The lists: files to look at, changes to the dataset before, accounting identities that fail.
const NO_TABLES = KINDS.indexOf('no_tables');
const SORTS = {
  kind: (a, b) => a.kinds[0] - b.kinds[0],
  who: (a, b) => who(a).localeCompare(who(b), 'zh'),
  year: (a, b) => (a.year || 0) - (b.year || 0),
  path: (a, b) => a.path < b.path ? -1 : 1,
  cells: (a, b) => (a.expected ? a.found / a.expected : 1) - (b.expected ? b.found / b.expected : 1),
};

section('files', () => {
  const F = PAGE.flags;
  const kinds = KINDS.map((k, i) => [i, k]).filter(([, k]) => F.totals[k]);
  if (!kinds.length) return h('p', { class: 'empty' }, t('files.none'));
  const left = kinds.map(([i, k]) => [k, F.totals[k] - F.rows.filter(r => r.kinds.includes(i)).length]).filter(([, n]) => n > 0);
  return [
    h('p', { class: 'soft small' }, t('files.about')),
    h('div', { class: 'tools' },
      select(t('filter.kind'), [['', t('all')], ...kinds.map(([i, k]) => [i, t('kind.' + k) + ' (' + count(F.totals[k]) + ')'])], state.kind, v => { state.kind = v; state.rows = 20; drawFiles(); }),
      search('files-text', t('filter.text'), state.text, v => { state.text = v; state.rows = 20; drawFiles(); })),
    left.length > 0 && h('p', { class: 'warn small verdict' }, left.map(([k, n]) => t('files.left', t('kind.' + k), count(n), k === 'skipped' || k === 'unreadable' || k === 'not_a_report' ? 'files.parquet' : 'reports.parquet')).join(t('and'))),
    h('div', { id: 'files-table' }, filesTable()),
  ];
});
const drawFiles = () => document.getElementById('files-table').replaceChildren(...filesTable().filter(Boolean));

function filesTable() {
  const text = state.text.trim().toLowerCase();
  const has = r => [r.path, who(r), r.year, ...r.notes.flat()].some(x => x !== null && String(x).toLowerCase().includes(text));
  const rows = PAGE.flags.rows.filter(r => (state.kind === '' || r.kinds.includes(Number(state.kind))) && (!text || has(r)));
  rows.sort((a, b) => SORTS[state.sort](a, b) * (state.down ? -1 : 1));
  const by = (key, number) => ({ text: t('files.' + key), number, sorted: state.sort === key && (state.down ? 'descending' : 'ascending'), click: () => { state.down = state.sort === key && !state.down; state.sort = key; drawFiles(); } });
  return [
    h('p', { class: 'small', role: 'status' }, t('files.count', count(rows.length))),
    rows.length > 0 && h('div', { class: 'scroll' }, h('table', { class: 'cards' },
      head([by('kind'), by('who'), by('year'), by('cells', true), by('path'), { text: t('files.reason') }]),
      h('tbody', {}, rows.slice(0, state.rows).map(r => h('tr', {},
        h('td', {}, chips(r.kinds)), h('td', {}, who(r)), h('td', { 'data-head': t('files.year') }, r.year || '–'),
        h('td', { class: 'number', 'data-head': t('files.cells') }, r.expected ? r.found + ' / ' + r.expected : '–'),
        h('td', { class: 'file' }, path(r.path)),
        h('td', {}, r.differ > 0 && h('div', {}, t('reason_differ', count(r.differ))), r.failed > 0 && h('div', {}, t('reason_failed', r.failed)), r.failed_years > 0 && h('div', {}, t('reason_failed_years', r.failed_years)), r.kinds.includes(NO_TABLES) && h('div', {}, t('reason_no_tables')), r.notes.filter(n => !r.kinds.includes(NO_TABLES) || n[0] !== 'extract/no-table').map(n => h('div', {}, note(n))))))))),
    more(state.rows, rows.length, () => { state.rows += 200; drawFiles(); }),
  ];
}

section('changes', () => {
  const C = PAGE.changes;
  if (!C) return h('p', { class: 'empty' }, t('changes.first'));
  const total = Object.entries(C.totals).filter(([, n]) => n > 0);
  if (!total.length) return h('p', { class: 'empty' }, t('changes.none'));
  const all = total.reduce((a, [, n]) => a + n, 0);
  return [
    h('p', {}, total.map(([k, n]) => h('span', { class: 'chip' }, word('change', k) + ' ' + count(n)))),
    C.rows.length < all && h('p', { class: 'soft small' }, t('changes.left', count(C.rows.length), count(all))),
    h('div', { class: 'tools' }, search('changes-text', t('filter.text'), state.changeText, v => { state.changeText = v; drawChanges(); })),
    h('div', { id: 'changes-table' }, changesTable()),
  ];
});
const drawChanges = () => document.getElementById('changes-table').replaceChildren(...changesTable().filter(Boolean));
function changesTable() {
  const text = state.changeText.trim().toLowerCase();
  const name = c => c.indicator === null ? '' : INDICATORS[c.indicator][zh() ? 3 : 4] + inUnit(c.indicator);
  const rows = PAGE.changes.rows.filter(c => !text || [c.path, who(c), c.year, name(c), c.why].some(x => x !== null && String(x).toLowerCase().includes(text)));
  return [
    h('div', { class: 'scroll' }, h('table', { class: 'cards' },
      head(['kind', 'who', 'year', 'indicator', 'old', 'new', 'why'].map(k => ({ text: t('changes.' + k), number: k === 'old' || k === 'new' }))),
      h('tbody', {}, rows.slice(0, state.changeRows).map(c => h('tr', {},
        h('td', {}, word('change', c.kind)), h('td', { title: c.path }, who(c) || c.path), h('td', {}, c.year || '–'), h('td', {}, name(c)),
        h('td', { class: 'number', 'data-head': t('changes.old') }, figure(c.old)), h('td', { class: 'number', 'data-head': t('changes.new') }, figure(c.new)), h('td', {}, word('why', c.why))))))),
    more(state.changeRows, rows.length, () => { state.changeRows += 200; drawChanges(); }),
  ];
}

/** An identity by name: its wording in the form, and before it the row or the column that it is about. */
function identity(i) {
  if (!i.zh) return [word('check', i.name)];
  return zh() ? [i.of[0] && '〔' + i.of[0] + '〕', i.zh, ' ', h('span', { class: 'soft small' }, i.name)] : [i.of[1] && i.of[1] + ': ', i.en || h('span', { lang: 'zh-CN' }, i.zh), ' ', h('span', { class: 'soft small' }, i.name)];
}

section('checks', () => {
  // One name may stand for the parts of several editions.
  const merged = new Map();
  for (const i of PAGE.identities) {
    const one = merged.get(i.name + i.zh);
    merged.set(i.name + i.zh, one ? { ...one, holds: one.holds + i.holds, source: one.source + i.source, reading: one.reading + i.reading, open: one.open + i.open } : i);
  }
  const rows = [...merged.values()].filter(i => i.source + i.reading > 0).sort((a, b) => (b.source + b.reading) - (a.source + a.reading));
  const ran = PAGE.identities.filter(i => i.holds + i.source + i.reading + i.open > 0);
  const sum = f => ran.reduce((a, i) => a + f(i), 0);
  const about = h('p', { class: 'soft small' }, t('checks.about', count(sum(i => i.holds + i.source + i.reading)), count(sum(i => i.open))));
  if (!rows.length) return [h('p', {}, '✓ ' + t('checks.none')), about];
  return [about, h('div', { class: 'scroll' }, h('table', { class: 'cards' },
    head([{ text: t('checks.identity') }, { text: t('checks.reading'), number: true }, { text: t('checks.source'), number: true }, { text: t('checks.tested'), number: true }]),
    h('tbody', {}, rows.slice(0, state.checkRows).map(i => h('tr', {}, h('td', {}, identity(i)),
      h('td', { class: 'number', 'data-head': t('checks.reading') }, count(i.reading)), h('td', { class: 'number', 'data-head': t('checks.source') }, count(i.source)),
      h('td', { class: 'number', 'data-head': t('checks.tested') }, count(i.holds + i.source + i.reading))))))),
    more(state.checkRows, rows.length, () => { state.checkRows += 100; redraw('checks'); }),
    h('p', { class: 'soft small' }, t('checks.blame'))];
});
