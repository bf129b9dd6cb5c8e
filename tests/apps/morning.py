"""The morning report in a browser: it renders in both languages, its filters and charts show what the tables of the dataset
hold, nothing that a file holds becomes part of the page, no error is logged and no request leaves it.

  python morning.py NIANBAO DATASET FOLDER    pictures of the page go to FOLDER
Chromium is driven through its debugging pipe, so nothing listens on a port. Exits 1 with a line per fault."""

import base64
import fcntl
import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
import time

import polars as pl

nianbao, dataset, folder = sys.argv[1:4]
os.makedirs(folder, exist_ok=True)
faults = []
checked = 0


def expect(what, got, wanted):
    global checked
    checked += 1
    if got != wanted:
        faults.append(f"{what}: {got!r}, expected {wanted!r}")


class Browser:
    """Chromium over two pipes: JSON messages, each ended by a NUL."""

    def __init__(self, profile):
        high = lambda fd: fcntl.fcntl(fd, fcntl.F_DUPFD, 20)
        (r1, w1), (r2, w2) = os.pipe(), os.pipe()
        to_child, from_child = high(r1), high(w2)
        flags = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--hide-scrollbars"]
        program = shutil.which("chromium") or sys.exit("chromium is not installed (Debian package chromium)")

        def wire():
            os.dup2(to_child, 3)
            os.dup2(from_child, 4)

        self.process = subprocess.Popen([program, *flags, "--remote-debugging-pipe", f"--user-data-dir={profile}", "about:blank"], preexec_fn=wire, pass_fds=(3, 4), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for fd in (r1, w2, to_child, from_child):
            os.close(fd)
        self.write, self.read, self.rest, self.number, self.events = w1, r2, b"", 0, []

    def message(self, deadline):
        while b"\0" not in self.rest:
            if not select.select([self.read], [], [], max(0, deadline - time.monotonic()))[0]:
                raise TimeoutError("the browser does not answer")
            data = os.read(self.read, 1 << 16)
            if not data:
                raise EOFError("the browser is gone")
            self.rest += data
        text, self.rest = self.rest.split(b"\0", 1)
        return json.loads(text)

    def call(self, method, session=None, **params):
        self.number += 1
        call = {"id": self.number, "method": method, "params": params, **({"sessionId": session} if session else {})}
        os.write(self.write, json.dumps(call).encode() + b"\0")
        deadline = time.monotonic() + 60
        while True:
            m = self.message(deadline)
            if m.get("id") == self.number:
                if "error" in m:
                    raise RuntimeError(f"{method}: {m['error']}")
                return m["result"]
            self.events.append(m)

    def close(self):
        try:
            self.call("Browser.close")
        except (EOFError, OSError):
            pass
        self.process.wait(30)


class Page:
    def __init__(self, browser, url, language, width, height=900):
        self.browser, self.url = browser, url
        target = browser.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = browser.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.target = target
        for domain in ["Page", "Runtime", "Log", "Network"]:
            self.call(f"{domain}.enable")
        agent = browser.call("Browser.getVersion")["userAgent"]
        self.call("Emulation.setUserAgentOverride", userAgent=agent, acceptLanguage=language)
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600)
        self.call("Page.navigate", url=url)
        deadline = time.monotonic() + 30
        while self.eval("document.readyState + location.protocol") != "completefile:":
            if time.monotonic() > deadline:
                raise TimeoutError(f"{url} does not load")
            time.sleep(0.02)

    def call(self, method, **params):
        return self.browser.call(method, self.session, **params)

    def eval(self, script):
        result = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in result:
            raise RuntimeError(f"{script[:80]}: {result['exceptionDetails'].get('exception', {}).get('description')}")
        return result["result"].get("value")

    def own_events(self, *methods):
        return [e["params"] for e in self.browser.events if e.get("sessionId") == self.session and e["method"] in methods]

    def requests(self):
        return [e["request"]["url"] for e in self.own_events("Network.requestWillBeSent") if not e["request"]["url"].startswith("data:")]

    def complaints(self):
        errors = [e["exceptionDetails"]["text"] for e in self.own_events("Runtime.exceptionThrown")]
        errors += [e["entry"]["text"] for e in self.own_events("Log.entryAdded") if e["entry"]["level"] in ("error", "warning")]
        return errors + [str(e["args"]) for e in self.own_events("Runtime.consoleAPICalled") if e["type"] in ("error", "warning", "assert")]

    def picture(self, name, full=False):
        data = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=full)["data"]
        with open(f"{folder}/{name}.png", "wb") as f:
            f.write(base64.b64decode(data))

    def close(self):
        self.browser.call("Target.closeTarget", targetId=self.target)


TEXT = "document.getElementById('{}').innerText"
# Words whose colour is too near to their ground (WCAG AA: 4.5 to 1).
CONTRAST = """(() => {
  const rgb = c => (c.match(/[\\d.]+/g) || []).map(Number);
  const light = c => { const [r, g, b] = c.map(v => { v /= 255; return v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; }); return .2126 * r + .7152 * g + .0722 * b; };
  const ground = e => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor); if (c.length === 3 || c[3] > 0) return c.slice(0, 3); } return [255, 255, 255]; };
  const pale = new Set();
  for (const e of document.querySelectorAll('header *, nav *, main *, footer *')) {
    if (e.closest('svg') || ![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()) || !e.getClientRects().length) continue;
    const [a, b] = [light(rgb(getComputedStyle(e).color).slice(0, 3)), light(ground(e))];
    if ((Math.max(a, b) + .05) / (Math.min(a, b) + .05) < 4.5) pale.add(e.tagName + '.' + e.className + ' ' + e.textContent.slice(0, 30));
  }
  return [...pale];
})()"""
CHOOSE = "(id, n, value) => {{ const s = document.querySelectorAll('#' + id + ' select')[n]; s.value = value; s.dispatchEvent(new Event('change')); return s.value; }}"


def choose(page, place, n, value):
    script = CHOOSE.replace("{{", "{").replace("}}", "}")
    got = page.eval(f"({script})({json.dumps(place)}, {n}, {json.dumps(str(value))})")
    expect(f"choice {n} of {place}", got, str(value))


def type_in(page, field, text):
    page.eval(f"(() => {{ const i = document.getElementById('{field}'); i.value = {json.dumps(text)}; i.dispatchEvent(new Event('input')); }})()")


def calm(page, name):
    """What must be true of every page, whatever it shows."""
    expect(f"{name}: complaints", page.complaints(), [])
    expect(f"{name}: requests", page.requests(), [page.url])
    expect(f"{name}: words hard to see", page.eval(CONTRAST), [])
    expect(f"{name}: wider than the window", page.eval("document.documentElement.scrollWidth > innerWidth"), False)
    expect(f"{name}: a word without translation or value", page.eval("/undefined|NaN|\\{\\d\\}|\\[object/.test(document.body.innerText)"), False)


def read(name):
    return pl.read_parquet(f"{dataset}/{name}.parquet")


def count(text):
    return int("".join(c for c in text if c.isdigit()) or -1)


def files_list(page):
    reports, files = read("reports"), read("files")
    rows = lambda: count(page.eval("document.querySelector('#files-table [role=status]').innerText"))
    kinds = page.eval("[...document.querySelectorAll('#files select option')].map(o => [o.value, o.text])")
    everything = rows()
    for kind, wanted in [("部分读出", reports.filter(pl.col("status") == "partial").height), ("没有法定表格", reports.filter(pl.col("status") == "no_tables").height), ("非年报", files.filter(pl.col("outcome") == "not_a_report").height)]:
        value = [v for v, text in kinds if text.startswith(kind)]
        if wanted:
            choose(page, "files", 0, value[0])
            expect(f"files of kind {kind}", rows(), wanted)
    choose(page, "files", 0, "")
    expect("all kinds again", rows(), everything)
    some = page.eval("document.querySelector('#files-table tbody .path').innerText")
    type_in(page, "files-text", some)
    expect("files found by their path", page.eval("document.querySelectorAll('#files-table tbody tr').length >= 1 && [...document.querySelectorAll('#files-table tbody tr')].every(r => r.innerText.includes(" + json.dumps(some) + "))"), True)
    type_in(page, "files-text", "no such words")
    expect("files found by words that none has", rows(), 0)
    type_in(page, "files-text", "")
    order = lambda: page.eval("[...document.querySelectorAll('#files-table tbody tr')].map(r => r.cells[2].innerText)")
    for wanted in [False, True]:
        page.eval("[...document.querySelectorAll('#files-table th button')][2].click()")
        years = [y for y in order() if y.isdigit()]
        expect("files by year", years, sorted(years, reverse=wanted))
    page.eval("[...document.querySelectorAll('#files-table th button')][0].click()")


def heat_map(page):
    coverage = read("coverage")
    choose(page, "coverage", 0, "code")
    years = page.eval("[...document.querySelectorAll('.heat thead th')].slice(1).map(c => Number(c.innerText))")
    expect("years of the heat map", years, sorted(coverage["year"].unique().to_list()))
    cells = page.eval("[...document.querySelector('.heat .all').cells].slice(1).map(c => c.innerText)")
    for year, cell in zip(years, cells):
        of_year = coverage.filter(pl.col("year") == year)
        wanted = [of_year.filter(pl.col("status") != "not_found").height, of_year.height]
        expect(f"coverage of {year}", [int(x) for x in cell.split(" ")[0].split("/")], wanted)
    county = coverage.drop_nulls("county")["county"][0]
    type_in(page, "heat-text", county)
    expect("regions found by name", page.eval(f"[...document.querySelectorAll('.heat tbody tr:not(.all) th')].every(c => c.innerText.includes({json.dumps(county)}))"), True)
    expect("every cell says what it is", page.eval("[...document.querySelectorAll('.heat tbody td')].every(c => c.title.length > 5 && c.innerText.trim())"), True)
    type_in(page, "heat-text", "")


def trend(page):
    rollup = read("rollup_county").filter(pl.col("sum") > 0)
    compared = 0
    for row in rollup.unique(["county", "indicator"], keep="first", maintain_order=True).gather_every(max(1, rollup.height // 12)).head(8).iter_rows(named=True):
        choose(page, "trend-region", 0, row["province"])
        if row["city"]:
            choose(page, "trend-region", 1, row["city"])
        choose(page, "trend-region", 2, row["county"])
        at = page.eval(f"INDICATORS.findIndex(i => i[0] === {json.dumps(row['indicator'])})")
        choose(page, "trend-indicator", 0, int(row["indicator"][1]) - 2)
        choose(page, "trend-indicator", 1, page.eval(f"INDICATORS.findIndex(i => rowKey(INDICATORS.indexOf(i)) === rowKey({at}))"))
        choose(page, "trend-indicator", 2, at)
        shown = page.eval("(() => { const t = document.querySelector('#trends table'); const cells = r => [...r.cells].slice(1).map(c => c.innerText); return [0, 1, 2].map(i => cells(t.rows[i])); })()")
        stored = read("rollup_county").filter((pl.col("county") == row["county"]) & (pl.col("province") == row["province"]) & (pl.col("indicator") == row["indicator"]))
        wanted = {str(y): v for y, v in stored.select("year", "sum").iter_rows()}
        counted = {str(y): n for y, n in stored.select("year", "townships_reporting").iter_rows() if n}
        for year, cell in zip(shown[0], shown[2]):
            expect(f"townships in {row['county']} {year} {row['indicator']}", None if cell == "–" else int(cell.split()[0]), counted.get(year))
        for year, cell in zip(*shown[:2]):
            value = wanted.get(year)
            expect(f"{row['county']} {year} {row['indicator']}", None if cell == "–" else float(cell.replace(",", "")), None if value is None else round(value, 4))
            compared += value is not None
        points = page.eval("document.querySelectorAll('#trends svg circle').length")
        expect(f"points of the chart of {row['county']}", points, sum(v is not None for v in wanted.values()))
    if compared < 10:
        faults.append(f"only {compared} figures of the trend charts were compared")


def sources(page):
    """The figures beside the lines are those of values.parquet, on the same lines."""
    reports = read("reports").select("report_id", "path")
    values = pl.read_parquet(f"{dataset}/values/**/*.parquet").join(reports, on="report_id")
    sections = page.eval("PAGE.sources.map(s => [s.path, s.shown.lines.flatMap(l => l[2].map(f => [l[0], INDICATORS[f[0]][0], STATUSES[f[1]], f[2]])), s.without, s.shown.left_out])")
    figures = 0
    for path, shown, without, left_out in sections:
        expect(f"{path} could be read again", without, None)
        stored = {(i, l): (s, v) for i, l, s, v in values.filter(pl.col("path") == path).select("indicator", "line", "status", "value").iter_rows()}
        for line, indicator, status, value in shown:
            figures += 1
            expect(f"{path}:{line} {indicator}", (status, value), stored.get((indicator, line)))
        due = sum(s != "absent" and l > 0 for (_, l), (s, _) in stored.items())
        if not left_out:
            expect(f"{path}: figures beside their lines", len(shown), due)
    if not figures:
        faults.append("no figure stood beside a line")
    page.eval("document.querySelectorAll('#sources details').forEach(d => { d.open = true; })")
    time.sleep(0.3)
    expect("sections drawn", page.eval("[...document.querySelectorAll('#sources .inside')].every(i => i.innerText.length > 10)"), True)
    expect("claimed words are marked", page.eval("document.querySelectorAll('#sources mark').length") > 20, True)
    page.eval("document.querySelectorAll('#sources details').forEach(d => { d.open = false; })")
    page.eval("(() => { const a = document.querySelector('#files-table a.path'); a.click(); return 0; })()")
    expect("a linked file opens its section", page.eval("document.querySelectorAll('#sources details[open]').length"), 1)


def whole(browser):
    url = "file://" + os.path.abspath(f"{dataset}/report.html")
    page = Page(browser, url, "zh-CN,zh", 1080)
    reports = read("reports")
    expect("language by the browser", page.eval("document.documentElement.lang"), "zh-CN")
    expect("reports on the page", count(page.eval("document.querySelectorAll('.tile b')[1].innerText")), reports.height)
    expect("files on the page", count(page.eval("document.querySelectorAll('.tile b')[0].innerText")), read("files").height)
    expect("changes", "首次运行" in page.eval(TEXT.format("changes")), True)
    page.picture("zh-desktop")
    files_list(page)
    heat_map(page)
    trend(page)
    page.picture("zh-desktop-full", full=True)
    sources(page)
    page.eval("document.getElementById('trends').scrollIntoView()")
    page.picture("zh-trends")
    page.eval("window.before = 1; document.getElementById('lang-en').click()")
    expect("language after the switch", page.eval("document.documentElement.lang + window.before"), "en1")
    expect("the choice outlives the switch", page.eval("document.querySelectorAll('#sources details[open]').length"), 1)
    han = page.eval("[...document.querySelectorAll('h1, h2, h3, nav a, .tile, label, thead th, .chip')].map(e => [...e.childNodes].filter(n => n.nodeType === 3).map(n => n.data).join('')).filter(w => /[\\u4e00-\\u9fff]/.test(w) && !/^[^·]*·/.test(w))")
    expect("Chinese words in the English page", han, [])
    page.eval("scrollTo(0, 0)")
    page.picture("en-desktop")
    calm(page, "desktop")
    blocked = page.eval("new Promise(r => { document.addEventListener('securitypolicyviolation', e => r(e.effectiveDirective)); fetch('http://127.0.0.1:9/').catch(() => 0); setTimeout(() => r('nothing'), 3000); })")
    expect("the policy of the page forbids a request", blocked, "connect-src")
    page.close()
    for language, name in [("zh-CN", "zh-phone"), ("en-GB,en", "en-phone"), ("fr-FR,fr", "fr-phone")]:
        page = Page(browser, url, language, 390, 844)
        expect(f"language of {name}", page.eval("document.documentElement.lang"), "en" if name.startswith("en") else "zh-CN")
        page.eval("(() => { const d = document.querySelector('#sources details'); if (d) d.open = true; })()")
        time.sleep(0.2)
        calm(page, name)
        if name != "fr-phone":
            page.picture(name, full=True)
        page.close()


def evil(browser, scratch):
    """An archive whose names and words try to become markup."""
    words = "</script><img src=x onerror='window.hit=1'><script>window.hit=2</script><!-- {{page}} \u202e"
    archive = f"{scratch}/evil"
    os.makedirs(archive)
    name = "<img src=x onerror=window.hit=3> '\"&amp;.txt"
    report = open("tests/cases/extract/rows-lost/input.txt", encoding="utf-8").read()
    with open(f"{archive}/{name}", "w", encoding="utf-8") as f:
        f.write("".join(f"{line}\n{words}\n" if line.strip() else line + "\n" for line in report.split("\n")))
    with open(f"{archive}/b.bin", "wb") as f:
        f.write(bytes(range(256)) * 20)
    out = f"{scratch}/evil-dataset"
    done = subprocess.run([nianbao, "run", "pipelines/township.toml", "--archive", archive, "--out", out, "--quiet"], capture_output=True, text=True)
    expect("the run over names that are markup", (done.returncode, done.stderr), (0, ""))
    if done.returncode:
        return
    page = Page(browser, "file://" + os.path.abspath(f"{out}/report.html"), "zh-CN", 1080)
    page.eval("document.querySelectorAll('#sources details').forEach(d => { d.open = true; })")
    time.sleep(0.3)
    expect("the words are on the page", page.eval("document.getElementById('sources').innerText.includes('window.hit=2')"), True)
    expect("the name is on the page", page.eval(f"document.getElementById('files').innerText.includes({json.dumps(name)})"), True)
    expect("what became of them", page.eval("[window.hit === undefined, document.images.length, document.scripts.length]"), [True, 0, 4])
    expect("a sign that turns the direction of writing", page.eval("document.body.innerText.includes('\\u202e')"), False)
    calm(page, "names that are markup")
    page.close()


def refused(browser, scratch):
    """The gate refuses: the page of the refused dataset says so first."""
    text = open("pipelines/township.toml", encoding="utf-8").read().replace("reports_min = 1", "reports_min = 1000000").replace('folder = "', f'folder = "{os.getcwd()}/').replace('root = "', f'root = "{os.getcwd()}/')
    with open(f"{scratch}/strict.toml", "w", encoding="utf-8") as f:
        f.write(text)
    done = subprocess.run([nianbao, "run", f"{scratch}/strict.toml", "--out", f"{scratch}/refused", "--quiet"], capture_output=True, text=True)
    expect("exit code of a refused run", done.returncode, 1)
    page = Page(browser, "file://" + os.path.abspath(f"{scratch}/refused.versions/refused/report.html"), "zh-CN", 1080)
    verdict = page.eval(TEXT.format("verdict-words"))
    expect(f"the verdict «{verdict}»", "拒绝发布" in verdict and "1000000" in verdict and "至少" in verdict, True)
    expect("what the page says of a refused dataset", page.eval("document.getElementById('verdict-words').className"), "verdict bad")
    calm(page, "refused")
    page.close()


def control(browser, scratch):
    """That this test sees a request and an error where there is one."""
    with open(f"{scratch}/loud.html", "w") as f:
        f.write("<!doctype html><img src='http://127.0.0.1:9/x.png'><p style='color:#ddd'>pale</p><script>console.error('loud')</script>")
    page = Page(browser, f"file://{scratch}/loud.html", "en", 1080)
    expect("the test sees a request", "http://127.0.0.1:9/x.png" in page.requests(), True)
    expect("the test sees an error", any("loud" in c for c in page.complaints()), True)
    page.close()


scratch = tempfile.mkdtemp()
try:
    browser = Browser(f"{scratch}/profile")
    try:
        control(browser, scratch)
        whole(browser)
        evil(browser, scratch)
        refused(browser, scratch)
    finally:
        browser.close()
finally:
    shutil.rmtree(scratch, ignore_errors=True)

print("\n".join(str(f)[:400] for f in faults[:50]))
print(f"{checked} facts about the page checked, {len(faults)} faults")
sys.exit(bool(faults) or checked < 100)
