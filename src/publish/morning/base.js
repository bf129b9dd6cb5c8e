'use strict';
// The data, the two languages, and how text gets onto the page: always as text nodes, never as markup.
const read = id => JSON.parse(document.getElementById(id).textContent);
const [INDICATORS, EDITIONS] = read('form');
const WORDS = read('words');
const PAGE = read('page');
const KINDS = ['unreadable', 'failed_reading', 'failed_source', 'failed_years', 'no_tables', 'partial', 'disagrees', 'unplaced', 'skipped', 'not_a_report'];
const STATUSES = ['reported', 'blank', 'absent', 'unreadable', 'derived', 'corrected'];

// What the reader has chosen; it outlives a change of the language.
const state = { lang: 'zh', kind: '', text: '', sort: 'kind', down: false, rows: 20, heatText: '', heatSort: 'gap', heatRows: 30, changeRows: 50, checkRows: 12, changeText: '', trend: {}, open: new Set() };

const zh = () => state.lang === 'zh';
const own = (o, k) => Object.prototype.hasOwnProperty.call(o, k) ? o[k] : undefined;
/** Words of the page by key; {0}, {1} … are filled in. A key without words is shown as it is. */
function t(key, ...args) {
  const words = own(WORDS, key);
  const text = words ? words[zh() ? 0 : 1] : key;
  return text.replace(/\{(\d)\}/g, (_, n) => String(args[n]));
}
/** Words for a value of the dataset, or the value itself. */
const word = (of, value) => own(WORDS, of + '.' + value) ? t(of + '.' + value) : of === 'form' && /^\d{4}$/.test(value) ? t('form.edition', value) : String(value);
const count = n => Number(n).toLocaleString('en-US');
const share = (n, of) => of ? (n === of ? '100 %' : (Math.floor(n / of * 1000) / 10).toFixed(1) + ' %') : '–';
const figure = v => v === null || v === undefined ? '–' : (Math.round(v * 1e4) / 1e4).toLocaleString('en-US', { maximumFractionDigits: 4 });

// Signs that steer a terminal or turn the direction of writing would let a file's words disguise themselves.
const clean = text => String(text).replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g, '·');

function fill(node, attributes, children) {
  for (const [k, v] of Object.entries(attributes || {})) {
    if (v === undefined || v === null || v === false) continue;
    if (k.startsWith('on')) node.addEventListener(k.slice(2), v);
    else node.setAttribute(k, v === true ? '' : clean(v));
  }
  for (const child of children.flat(9)) {
    if (child === null || child === undefined || child === false) continue;
    node.append(child instanceof Node ? child : clean(child));
  }
  return node;
}
const h = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);
const svg = (tag, attributes, ...children) => fill(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children);

const select = (label, options, value, change) => h('label', {}, label, h('select', { onchange: e => change(e.target.value) },
  options.map(([v, text]) => h('option', { value: v, selected: String(v) === String(value) }, text))));
const search = (id, label, value, change) => h('label', {}, label, h('input', { type: 'search', id, value, oninput: e => change(e.target.value) }));
const more = (shown, of, step) => shown < of && h('p', { class: 'more' }, h('button', { type: 'button', onclick: step }, t('more', count(Math.min(shown, of)), count(of))));

/** The rows of a table head; those that sort are buttons. */
const head = cells => h('thead', {}, h('tr', {}, cells.map(c => h('th', { scope: 'col', class: c.number && 'number', 'aria-sort': c.sorted }, c.click ? h('button', { type: 'button', onclick: c.click }, c.text, c.sorted ? (c.sorted === 'ascending' ? ' ▲' : ' ▼') : '') : c.text))));

const sourceOf = new Map(PAGE.sources.map((s, i) => [s.path, i]));
/** A file's path, leading to its section where it has one. */
function path(p) {
  const parts = p.split('/').flatMap((part, i) => i ? ['/', h('wbr'), part] : [part]);
  return sourceOf.has(p) ? h('a', { class: 'path', href: '#source-' + sourceOf.get(p), onclick: () => openSource(sourceOf.get(p)) }, parts) : h('span', { class: 'path' }, parts);
}
const chips = kinds => kinds.map(k => h('span', { class: 'chip k' + k }, t('kind.' + KINDS[k])));
const who = row => [row.place, row.body].filter(Boolean).join(' ');

/** A problem in the reader's language: code, line, words, message. */
function note([code, line, text, message]) {
  const words = own(WORDS, 'code.' + code) || own(WORDS, 'kind.' + code);
  const where = line ? t('at_line', line) : '';
  if (code === 'not_a_report') {
    const [reason, ...rest] = message.split(': ');
    const name = zh() && own(PAGE.reasons, reason) ? PAGE.reasons[reason] : word('reason', reason);
    return [name, rest.length && rest.join(': ') ? t('quote', rest.join(': ')) : ''];
  }
  if (code === 'extract/no-table') return [t('code.' + code) + (zh() ? '：' : ': ') + word('table', Number(text.slice(1)) - 2)];
  if (!zh() || !words) return [words ? '' : code + ': ', message || (words ? words[1] : ''), where && ' (' + where + ')'];
  const said = remark(message);
  const rest = said !== message ? '：' + said : !text && message ? h('span', { class: 'soft small', lang: 'en' }, ' ' + message) : '';
  return [words[0], text && !(said !== message && byName.has(text)) ? t('quote', localName(text)) : '', where && '（' + where + '）', rest];
}

const byName = new Map(INDICATORS.map((i, n) => [i[0], n]));
/** An indicator's name in the reader's language; other words as they are. */
const localName = text => byName.has(text) ? INDICATORS[byName.get(text)][zh() ? 3 : 4] : text;
/** A sentence of the program, and sentences within it. They are English, and known ones are said in Chinese. */
function remark(text) {
  if (!zh()) return text;
  for (const [pattern, words] of WORDS.remarks) {
    const found = text.match(new RegExp('^' + pattern + '$'));
    if (found) return words.replace(/\{(\d)\}/g, (_, n) => localName(remark(found[n])));
  }
  return text;
}

const sections = [];
/** A section of the page: its key names it, its place and its words; `draw` gives its nodes. */
const section = (key, draw) => sections.push([key, draw]);
function redraw(key) {
  const [, draw] = sections.find(s => s[0] === key);
  const node = document.getElementById(key);
  const focus = document.activeElement && node.contains(document.activeElement) ? document.activeElement : null;
  const [id, at] = [focus && focus.id, focus && focus.selectionStart];
  node.replaceChildren(h('h2', { id: key + '-title' }, t('title.' + key)), ...[draw()].flat(9).filter(Boolean));
  const again = id && document.getElementById(id);
  if (again) { again.focus(); if (at !== null && at !== undefined) again.setSelectionRange(at, at); }
}
function render() {
  document.documentElement.lang = zh() ? 'zh-CN' : 'en';
  document.title = t('title');
  document.getElementById('title').textContent = t('title');
  document.getElementById('language').replaceChildren(...[['zh', '中文'], ['en', 'English']].map(([l, name]) =>
    h('button', { type: 'button', id: 'lang-' + l, lang: l, 'aria-pressed': String(state.lang === l), onclick: () => { state.lang = l; render(); } }, name)));
  document.getElementById('nav').replaceChildren(...sections.map(([key]) => h('a', { href: '#' + key }, t('nav.' + key))));
  document.getElementById('main').replaceChildren(...sections.map(([key]) => h('section', { id: key, 'aria-labelledby': key + '-title' })));
  sections.forEach(([key]) => redraw(key));
  document.getElementById('footer').replaceChildren(h('p', {}, t('footer'), ' ', h('a', { href: 'run.json' }, 'run.json'), ' · nianbao ' + PAGE.program));
}
