// The verdict: published or refused, warnings, totals, what to look at first.
section('verdict', () => {
  const { refused, warnings } = PAGE.verdict;
  const [tone, sign, key, n] = refused.length ? ['bad', '✕', 'verdict.refused', refused.length] : warnings.length ? ['warn', '!', 'verdict.warned', warnings.length] : ['good', '✓', 'verdict.good', 0];
  return [
    h('div', { class: 'verdict ' + tone, id: 'verdict-words' }, h('strong', {}, sign + ' ' + t(key, n)), h('p', {}, t(key + '.then')),
      refused.length + warnings.length > 0 && h('ul', {}, refused.map(w => h('li', {}, t('refused'), remark(w))), warnings.map(w => h('li', {}, t('warning'), remark(w))))),
    tiles(), lookFirst(), h('p', { class: 'soft small' }, t('principle')),
  ];
});

function tiles() {
  const T = PAGE.totals, get = (o, k) => o[k] || 0;
  const cells = Object.values(T.cells).reduce((a, b) => a + b, 0);
  const read = get(T.cells, 'reported') + get(T.cells, 'blank') + get(T.cells, 'corrected');
  const tested = get(T.checks, 'holds') + get(T.checks, 'fails');
  const reading = PAGE.identities.reduce((a, i) => a + i.reading, 0);
  const tile = (key, big, small, mark) => h('div', { class: 'tile' }, h('span', { class: 'soft small' }, t('tile.' + key)), h('b', { class: mark && 'mark' }, big + (mark ? ' ▲' : '')), h('span', { class: 'soft small' }, small));
  // A container is skipped too, but its members have rows of their own: only what is in the list is lost.
  const lost = get(PAGE.flags.totals, 'unreadable') + get(PAGE.flags.totals, 'skipped');
  return h('div', { class: 'tiles' },
    tile('files', count(T.walked), t('tile.files.of', (T.bytes / 1e6).toFixed(1), count(get(T.files, 'not_a_report')), count(get(T.files, 'duplicate')))),
    tile('reports', count(T.reports), t('tile.reports.of', count(get(T.status, 'complete')), count(get(T.status, 'partial')), count(get(T.status, 'no_tables')))),
    tile('unreadable', count(lost), t('tile.unreadable.of', share(lost, T.walked)), lost > 0),
    tile('cells', share(read, cells), t('tile.cells.of', count(cells - read), count(cells))),
    tile('checks', count(get(T.checks, 'fails')), t('tile.checks.of', count(tested), count(reading)), get(T.checks, 'fails') > 0),
    tile('places', share(T.resolved, T.reports), t('tile.places.of', count(T.reports - T.resolved))));
}

/** The files that the summary of the run names too. */
function lookFirst() {
  if (!PAGE.look.length) return h('p', { id: 'look-first' }, t('look.nothing'));
  return h('div', { id: 'look-first' }, h('h3', {}, t('look.first')), h('ul', {}, PAGE.look.map(l => h('li', {}, path(l.path), ' ', ...[reason(l)].flat()))));
}

/** Why a file is in the list, in a few words. */
function reason(l) {
  if (l.kind === 'checks') return [l.n > l.of && t('reason_failed', l.n - l.of), l.n > l.of && l.of > 0 && (zh() ? '，' : ', '), l.of > 0 && t('reason_failed_years', l.of)];
  if (l.kind === 'no_tables') return t('reason_no_tables');
  if (l.kind === 'partial') return t('reason_partial', l.n, l.of);
  return l.kind === 'unreadable' ? [t('kind.unreadable'), zh() ? '：' : ': ', remark(l.words)] : t('look.' + l.kind);
}
